package org.ninep.nbd.cli.files;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Permissions as {@code chmod(1)} takes them: {@code 0644}, {@code u+x,go-w}, {@code a=rX}, {@code g=u}. Immutable. */
final class ModeChange {

    private static final Pattern OCTAL = Pattern.compile("[0-7]{1,5}");
    private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)((?:[-+=](?:[ugo]|[rwxXst]*))+)");
    private static final Pattern ACTION = Pattern.compile("([-+=])([ugo]|[rwxXst]*)");

    private static final int ALL = 07777;
    private static final int SET_IDS = 06000;

    private final List<Step> steps;

    private ModeChange(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /**
     * One operation.
     *
     * @param who the bits that it is about; 0 for all but those of the umask
     * @param operator one of {@code + - =}
     * @param bits what is given or taken
     * @param conditional whether {@code X} is among them
     * @param copied the class whose permissions are copied, or 0
     * @param said which of the set-user-ID and set-group-ID bits a directory does not keep
     */
    private record Step(int who, char operator, int bits, boolean conditional, char copied, int said) {

        int apply(int mode, boolean directory, int umask) {
            int kept = directory ? SET_IDS & ~said : 0;
            int value = bits;
            if (conditional && (directory || (mode & 0111) != 0)) {
                value |= 0111;
            }
            if (copied != 0) {
                value = 0111 * (mode >> shift(copied) & 7);
            }
            value &= (who == 0 ? ~umask : who) & ~kept;
            return switch (operator) {
                case '+' -> mode | value;
                case '-' -> mode & ~value;
                default -> (mode & ((who == 0 ? 0 : ~who) | kept)) | value;
            };
        }
    }

    private static int shift(char who) {
        return switch (who) {
            case 'u' -> 6;
            case 'g' -> 3;
            default -> 0;
        };
    }

    /** Fails with an {@link IllegalArgumentException} that says what is wrong. */
    static ModeChange parse(String text) {
        if (OCTAL.matcher(text).matches()) {
            int mode = Integer.parseInt(text, 8);
            if (mode > ALL) {
                throw malformed(text);
            }
            // as chmod(1) has it: four digits or fewer leave a directory these bits, where they are not set
            int said = text.length() == 5 ? SET_IDS : mode & SET_IDS;
            return new ModeChange(List.of(new Step(ALL, '=', mode, false, (char) 0, said)));
        }
        List<Step> steps = new ArrayList<>();
        for (String clause : text.split(",", -1)) {
            Matcher matcher = CLAUSE.matcher(clause);
            if (!matcher.matches()) {
                throw malformed(text);
            }
            int who = who(matcher.group(1));
            Matcher action = ACTION.matcher(matcher.group(2));
            while (action.find()) {
                steps.add(step(who, action.group(1).charAt(0), action.group(2)));
            }
        }
        return new ModeChange(steps);
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("\"" + text + "\" is no mode like 0644, u+x, go-w or a=rX");
    }

    private static int who(String letters) {
        int who = 0;
        for (int i = 0; i < letters.length(); i++) {
            who |= switch (letters.charAt(i)) {
                case 'u' -> 04700;
                case 'g' -> 02070;
                case 'o' -> 01007;
                default -> ALL;
            };
        }
        return who;
    }

    private static Step step(int who, char operator, String what) {
        if (what.length() == 1 && "ugo".contains(what)) {
            return new Step(who, operator, 0, false, what.charAt(0), 0);
        }
        int bits = 0;
        for (int i = 0; i < what.length(); i++) {
            bits |= switch (what.charAt(i)) {
                case 'r' -> 0444;
                case 'w' -> 0222;
                case 'x' -> 0111;
                case 's' -> SET_IDS;
                case 't' -> 01000;
                default -> 0;
            };
        }
        int said = (who == 0 ? bits : bits & who) & SET_IDS;
        return new Step(who, operator, bits, what.indexOf('X') >= 0, (char) 0, said);
    }

    /**
     * The mode that becomes of a mode.
     *
     * @param mode the last twelve bits count
     * @param umask what a change does not give or take that does not say to whom
     */
    int apply(int mode, boolean directory, int umask) {
        int result = mode & ALL;
        for (Step step : steps) {
            result = step.apply(result, directory, umask);
        }
        return result;
    }

    /** Reads an argument. Immutable. */
    static final class Converter implements ITypeConverter<ModeChange> {

        @Override
        public ModeChange convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
