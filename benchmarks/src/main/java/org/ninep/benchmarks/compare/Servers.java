package org.ninep.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The servers that are compared, as one would start them on loopback, read-only. Confined to one thread. */
final class Servers {
    private static final Pattern READY = Pattern.compile("^ready: [a-z0-9]+://127\\.0\\.0\\.1:([0-9]+)/",
            Pattern.MULTILINE);

    private final Programs programs;
    private final Path work;
    private final String ninep;

    /**
     * @param programs starts them
     * @param work for files that they need
     * @param ninep the program of this checkout
     */
    Servers(Programs programs, Path work, Path ninep) {
        this.programs = programs;
        this.work = work;
        this.ninep = ninep.toString();
    }

    /** A directory over 9P. */
    Service diod(Path export) throws IOException {
        int port = Programs.freePort();
        // as under systemd, SIGPIPE is ignored: diod 1.0.24 dies of it when a client that it owes replies has gone
        return alone("diod", port, programs.listening("diod", port,
                List.of("env", "--ignore-signal=PIPE", "diod", "-f", "-n", "-N", "-L", log("diod"), "-l",
                        "127.0.0.1:" + port, "-e", export.toString())));
    }

    /** A directory over 9P. */
    Service ninepServe(Path export) throws IOException {
        Program program = programs.printing("ninep serve", "ready: ",
                List.of(ninep, "serve", "--listen", "tcp:127.0.0.1:0", "--export", export.toString()));
        return alone("ninep serve", port(program), program);
    }

    /** Images over NBD in front of 9P. */
    Service ninepNbd(Service behind, List<Path> images) throws IOException {
        List<String> command = new ArrayList<>(List.of(ninep, "nbd", "--listen", "tcp:127.0.0.1:0"));
        for (Path image : images) {
            command.add("--export");
            command.add(image.getFileName() + "=" + behind.nineP(image));
        }
        Program program = programs.printing("ninep nbd", "ready: ", command);
        return behind.behind("ninep nbd", program, port(program));
    }

    /** An image over NBD. */
    Service nbdkitFile(Path image) throws IOException {
        return nbdkit("nbdkit file", List.of("file", image.toString()));
    }

    /** All files of a directory over NBD, as exports of their names. */
    Service nbdkitDirectory(Path directory) throws IOException {
        return nbdkit("nbdkit file", List.of("file", "dir=" + directory));
    }

    private Service nbdkit(String name, List<String> plugin) throws IOException {
        int port = Programs.freePort();
        List<String> command = new ArrayList<>(List.of("nbdkit", "-f", "-r", "-i", "127.0.0.1", "-p", "" + port));
        command.addAll(plugin);
        return alone(name, port, programs.listening(name, port, command));
    }

    /**
     * NBD in front of NBD, which connects again if it must; for that its filter has one request at a time in flight.
     *
     * @param options further ones of nbdkit's nbd plugin
     */
    Service nbdkitRetryNbd(Service behind, String... options) throws IOException {
        return nbdkitNbd("nbdkit retry nbd", List.of("--filter=retry"), behind, List.of(options));
    }

    /** NBD in front of NBD, which is lost with its server. */
    Service nbdkitNbd(Service behind) throws IOException {
        return nbdkitNbd("nbdkit nbd", List.of(), behind, List.of());
    }

    private Service nbdkitNbd(String name, List<String> filter, Service behind, List<String> options)
            throws IOException {
        int port = Programs.freePort();
        List<String> command = new ArrayList<>(List.of("nbdkit", "-f", "-r", "-i", "127.0.0.1", "-p", "" + port));
        command.addAll(filter);
        command.addAll(List.of("nbd", "uri=" + behind.nbd()));
        command.addAll(options);
        return behind.behind(name, programs.listening(name, port, command), port);
    }

    /** NBD in front of NBD. */
    Service qemuNbd(Service behind) throws IOException {
        int port = Programs.freePort();
        Program program = programs.listening("qemu-nbd", port,
                List.of("qemu-nbd", "-r", "-t", "-e", "0", "-f", "raw", "-b", "127.0.0.1", "-p", "" + port,
                        behind.nbd()));
        return behind.behind("qemu-nbd", program, port);
    }

    /** An image over NBD. */
    Service nbdServer(Path image) throws IOException {
        int port = Programs.freePort();
        Path pidFile = work.resolve("nbd-server-" + port + ".pid");
        // without a configuration of its own it takes the one of the system, which may have it be another user
        Path config = Files.write(work.resolve("nbd-server-" + port + ".conf"),
                List.of("[generic]", "listenaddr=127.0.0.1", "port=" + port, "[" + image.getFileName() + "]",
                        "exportname=" + image, "readonly=true"));
        Program program = programs.daemon("nbd-server", port, pidFile,
                List.of("nbd-server", "-C", config.toString(), "-p", pidFile.toString()));
        return new Service("nbd-server", port, image.getFileName().toString(), List.of(program));
    }

    /** Ends its front, and leaves what is behind. */
    void endFront(Service service) {
        programs.end(service.programs().getFirst());
    }

    private static Service alone(String name, int port, Program program) {
        return new Service(name, port, "", List.of(program));
    }

    private static int port(Program program) throws IOException {
        Matcher ready = READY.matcher(program.log());
        if (!ready.find()) {
            throw new IOException(program.name() + " printed no port: " + program.log().strip());
        }
        return Integer.parseInt(ready.group(1));
    }

    private String log(String name) throws IOException {
        return Files.createTempFile(work, name, ".log").toString();
    }
}
