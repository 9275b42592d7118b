package org.ninep.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The inputs of a target that are kept: those that a search begins with, and those that broke something once. They stand in
 * the resource {@code TARGET.inputs} beside the target's class, a line each:
 *
 * <pre>
 * # what it is about
 * name 0123456789abcdef
 * </pre>
 *
 * <p>
 * Immutable.
 */
public final class Inputs {
    private Inputs() {}

    /**
     * One of them.
     *
     * @param name for people
     * @param digits what the target is given, in hexadecimal
     */
    public record Input(String name, String digits) {
        /** What the target is given. */
        public byte[] bytes() {
            return HexFormat.of().parseHex(digits);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * All inputs of a target, in their order.
     *
     * @throws IOException if there are none, or a line is neither empty, nor a remark, nor a name and hexadecimal digits
     */
    public static List<Input> of(Class<?> target) throws IOException {
        String file = target.getSimpleName() + ".inputs";
        try (InputStream in = target.getResourceAsStream(file)) {
            if (in == null) {
                throw new IOException("no " + file + " beside " + target.getName());
            }
            List<Input> inputs = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    inputs.add(input(file, line));
                }
            }
            return inputs;
        }
    }

    private static Input input(String file, String line) throws IOException {
        int blank = line.indexOf(' ');
        try {
            String digits = line.substring(blank + 1).strip();
            HexFormat.of().parseHex(digits);
            return new Input(line.substring(0, blank), digits);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException(file + ": not a name and hexadecimal digits: " + line, e);
        }
    }
}
