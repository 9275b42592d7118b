package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where it was measured, and what. Immutable.
 *
 * @param facts of the machine: a name and a text each
 * @param programs the version of each program
 */
record Machine(Map<String, String> facts, Map<String, String> programs) {

    static Machine ask(Client client, Path ninep) throws InterruptedException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("processor", first(Path.of("/proc/cpuinfo"), "model name", ":"));
        facts.put("memory", mebibytes(first(Path.of("/proc/meminfo"), "MemTotal", ":")));
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("system", first(Path.of("/etc/os-release"), "PRETTY_NAME", "=").replace("\"", ""));
        Map<String, String> programs = new LinkedHashMap<>();
        programs.put("ninep", version(client, ninep.toString(), "--version"));
        programs.put("JDK", System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"));
        // it does not tell its version itself
        programs.put("diod, diodcat", version(client, "dpkg-query", "-W", "-f", "${Version}", "diod"));
        programs.put("nbdkit", version(client, "nbdkit", "--version"));
        programs.put("nbdcopy", version(client, "nbdcopy", "--version"));
        programs.put("qemu-nbd", version(client, "qemu-nbd", "--version"));
        programs.put("nbd-server", version(client, "nbd-server", "-V"));
        programs.put("fio", version(client, "fio", "--version"));
        return new Machine(facts, programs);
    }

    private static String first(Path file, String name, String separator) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(separator) + 1).strip()).findFirst().orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String mebibytes(String kibibytes) {
        String number = kibibytes.replaceAll("[^0-9]", "");
        return number.isEmpty() ? kibibytes : Long.parseLong(number) / 1024 + " MiB";
    }

    private static String version(Client client, String... command) throws InterruptedException {
        try {
            return client.run(List.of(command)).output().lines().findFirst().orElse("unknown").strip();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
