package org.ninep.benchmarks.compare;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the command line asks for. Immutable.
 *
 * @param only the parts to run, by name
 * @param rounds counted ones
 * @param seconds length of a run that has no natural end
 * @param mebibytes size of the image; parts that do not need so large a one have a quarter or an eighth of it
 * @param directory where a directory for images and logs is made
 * @param out where results and page go
 * @param limit no round begins after so long
 */
record Options(Set<String> only, int rounds, int seconds, int mebibytes, Path directory, Path out, Duration limit) {

    /** What is wrong with the command line, for people. */
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1;

        Wrong(String message) {
            super(message + " (see --help)");
        }
    }

    private static final class Builder {
        private Set<String> only = Set.of();
        private int rounds = 5;
        private int seconds = 2;
        private int mebibytes = 1024;
        private Path directory = Path.of(System.getProperty("java.io.tmpdir"));
        private Path out;
        private Duration limit = Duration.ofMinutes(25);

        Builder(Path out) {
            this.out = out;
        }

        Options build() {
            return new Options(only, rounds, seconds, mebibytes, directory, out, limit);
        }
    }

    /**
     * Understands the command line.
     *
     * @param parts all there are
     * @param out where results go unless the command line says where
     */
    static Options parse(List<String> arguments, Set<String> parts, Path out) throws Wrong {
        Builder builder = new Builder(out);
        builder.only = parts;
        Deque<String> left = new ArrayDeque<>(arguments);
        while (!left.isEmpty()) {
            String option = left.remove();
            switch (option) {
                case "--only" -> builder.only = chosen(value(option, left), parts);
                case "--rounds" -> builder.rounds = number(option, left);
                case "--seconds" -> builder.seconds = number(option, left);
                case "--size" -> builder.mebibytes = size(number(option, left));
                case "--dir" -> builder.directory = Path.of(value(option, left)).toAbsolutePath();
                case "--out" -> builder.out = Path.of(value(option, left)).toAbsolutePath();
                case "--limit" -> builder.limit = Duration.ofMinutes(number(option, left));
                case "--quick" -> {
                    builder.rounds = 2;
                    builder.seconds = 1;
                    builder.mebibytes = 256;
                }
                default -> throw new Wrong("unknown option " + option);
            }
        }
        return builder.build();
    }

    private static String value(String option, Deque<String> left) throws Wrong {
        if (left.isEmpty()) {
            throw new Wrong(option + " takes a value");
        }
        return left.remove();
    }

    private static int number(String option, Deque<String> left) throws Wrong {
        String value = value(option, left);
        if (!value.matches("[1-9][0-9]{0,5}")) {
            throw new Wrong(option + " takes a number from 1, and not '" + value + "'");
        }
        return Integer.parseInt(value);
    }

    private static int size(int mebibytes) throws Wrong {
        if (mebibytes < 64 || mebibytes > 65536) {
            throw new Wrong("--size takes 64 to 65536 MiB, and not " + mebibytes);
        }
        return mebibytes;
    }

    private static Set<String> chosen(String value, Set<String> parts) throws Wrong {
        List<String> names = Arrays.asList(value.split(","));
        for (String name : names) {
            if (!parts.contains(name)) {
                throw new Wrong("--only takes " + String.join(",", parts) + "; there is no '" + name + "'");
            }
        }
        Set<String> chosen = new LinkedHashSet<>(parts);
        chosen.retainAll(names);
        return chosen;
    }

    Duration runLength() {
        return Duration.ofSeconds(seconds);
    }

    int smallMebibytes() {
        return mebibytes / 4;
    }

    int linkMebibytes() {
        return mebibytes / 8;
    }
}
