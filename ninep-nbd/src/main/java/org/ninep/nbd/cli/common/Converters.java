package org.ninep.nbd.cli.common;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ninep.client.NinepUri;
import org.ninep.message.Protocol;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How values are written on the command line. */
public final class Converters {

    private Converters() {}

    /** {@code 250ms}, {@code 1s}, {@code 2m}, {@code 1h}; more than zero. Immutable. */
    public static final class OfDuration implements ITypeConverter<Duration> {

        private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

        @Override
        public Duration convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("\"" + text + "\" is no duration like 250ms, 1s or 2m");
            }
            long number = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
            };
            if (duration.isZero()) {
                throw new TypeConversionException("\"" + text + "\" must be more than zero");
            }
            return duration;
        }
    }

    /** {@code 100us}, {@code 1ms}, or {@code off}, which is zero. Immutable. */
    public static final class OfMoment implements ITypeConverter<Duration> {

        private static final Pattern FORM = Pattern.compile("(\\d{1,9})(us|ms)");

        @Override
        public Duration convert(String text) {
            if (text.equals("off")) {
                return Duration.ZERO;
            }
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("\"" + text + "\" is neither a moment like 100us or 1ms nor off");
            }
            ChronoUnit unit = matcher.group(2).equals("us") ? ChronoUnit.MICROS : ChronoUnit.MILLIS;
            return Duration.of(Long.parseLong(matcher.group(1)), unit);
        }
    }

    /** As a duration, or {@code 30}: seconds, as munge has them. Immutable. */
    public static final class OfTtl implements ITypeConverter<Duration> {

        @Override
        public Duration convert(String text) {
            boolean isNumber = text.chars().allMatch(character -> character >= '0' && character <= '9');
            return new OfDuration().convert(isNumber ? text + "s" : text);
        }
    }

    /** {@code 65536}, {@code 64K}, {@code 32MiB}, {@code 1G}: all powers of 1024. Immutable. */
    public static final class OfSize implements ITypeConverter<Long> {

        private static final Pattern FORM = Pattern.compile("(\\d{1,9})(?:([KMG])(?:iB|B)?|B)?",
                Pattern.CASE_INSENSITIVE);

        @Override
        public Long convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException("\"" + text + "\" is no size like 65536, 64K or 32MiB");
            }
            int shift = matcher.group(2) == null
                    ? 0
                    : 10 * (1 + "KMG".indexOf(Character.toUpperCase(matcher.group(2).charAt(0))));
            return Long.parseLong(matcher.group(1)) << shift;
        }
    }

    /** The number of a user or a group: 0 to 4294967294. Immutable. */
    public static final class OfId implements ITypeConverter<OptionalInt> {

        @Override
        public OptionalInt convert(String text) {
            try {
                int id = Integer.parseUnsignedInt(text);
                if (id != Protocol.NONUNAME) {
                    return OptionalInt.of(id);
                }
            } catch (NumberFormatException e) {
                // said below
            }
            throw new TypeConversionException("\"" + text + "\" is no number from 0 to 4294967294");
        }
    }

    /** How authentication is asked for: {@code none} or {@code munge}. Immutable. */
    public static final class OfAuth implements ITypeConverter<NinepUri.Auth> {

        @Override
        public NinepUri.Auth convert(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "none" -> NinepUri.Auth.NONE;
                case "munge" -> NinepUri.Auth.MUNGE;
                default -> throw new TypeConversionException("\"" + text + "\" is neither none nor munge");
            };
        }
    }

    /** What {@link OfAuth} reads, for the completion of shells. Immutable. */
    public static final class AuthNames implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return List.of("none", "munge").iterator();
        }
    }

    /** One 9P URI. Immutable. */
    public static final class OfUri implements ITypeConverter<NinepUri> {

        @Override
        public NinepUri convert(String text) {
            try {
                return NinepUri.parse(text);
            } catch (IllegalArgumentException e) {
                throw malformed(e);
            }
        }

        public static TypeConversionException malformed(IllegalArgumentException e) {
            return new TypeConversionException(String.valueOf(e.getMessage()));
        }
    }
}
