package org.ninep.peer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A virtual machine with Debian's kernel, under emulation: a root shell that runs commands, one after the other. It has
 * busybox, nbd-client, flock, getfattr, setfattr, GNU find (as {@code /usr/bin/find}), stress-ng, a python3 with a few modules, the kernel modules
 * that {@code build/vm-image} lists, and of the network only the host's loopback interface, as {@link #HOST}.
 *
 * <p>
 * Confined to one thread.
 */
public final class Vm implements AutoCloseable {
    /** The host's 127.0.0.1, as seen from inside. */
    public static final String HOST = "10.0.2.2";

    /** What a command may take that was given no limit of its own. */
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final Duration END = Duration.ofSeconds(60);
    private static final String ENDED = "ninep-command-ended ";

    private final Process qemu;
    private final Writer shell;
    private final Path console;
    private final BlockingQueue<String> lines;

    private Vm(Process qemu, Path console) {
        this.qemu = qemu;
        this.shell = qemu.outputWriter(StandardCharsets.UTF_8);
        this.console = console;
        this.lines = Tool.lines(qemu.inputReader(StandardCharsets.UTF_8));
        // a machine that goes off ends the command that it was to run
        var _ = qemu.onExit().thenRun(() -> lines.add(ENDED + "-1"));
    }

    /**
     * Starts one, and waits until its shell answers.
     *
     * @param directory for its console's log
     */
    public static Vm boot(Path directory) throws IOException {
        for (String peer : List.of("busybox", "cpio", "xz", "nbd-client", "flock", "setfattr", "python3",
                "stress-ng")) {
            Peers.require(peer);
        }
        String program = Peers.require("qemu-system-x86_64");
        Tool made = Tool.attempt("bash", Path.of(System.getProperty("ninep.root"), "build", "vm-image").toString());
        if (made.status() != 0) {
            throw Peers.lacking("no image for a virtual machine: " + made);
        }
        Path image = Path.of(made.output().lines().reduce("", (_, last) -> last));
        Path console = directory.resolve("console");
        // on a busy host the kernel measures the speed of the time stamp counter wrongly, and its clock would run by that
        Process qemu = new ProcessBuilder(program, "-accel", "tcg,tb-size=512", "-cpu", "qemu64", "-smp", "2",
                "-m", "1024", "-M", "pc,usb=off", "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
                "-kernel", image.resolve("kernel").toString(), "-initrd", image.resolve("initrd").toString(),
                "-append", "console=ttyS0 panic=-1 loglevel=5 mitigations=off random.trust_cpu=on net.ifnames=0"
                        + " tsc=reliable clocksource=hpet no_timer_check",
                "-serial", "file:" + console, "-device", "virtio-serial-pci", "-chardev", "stdio,id=shell,signal=off",
                "-device", "virtserialport,chardev=shell,name=shell", "-netdev", "user,id=net,ipv6=off",
                "-device", "virtio-net-pci,netdev=net,romfile=", "-device", "virtio-rng-pci")
                .redirectError(directory.resolve("qemu.log").toFile()).start();
        Vm vm = new Vm(qemu, console);
        boolean up = false;
        try {
            vm.run("true");
            up = true;
            return vm;
        } finally {
            if (!up) {
                vm.close();
            }
        }
    }

    /**
     * Runs a command of the shell that ends within 10 minutes, and fails unless its status is 0.
     *
     * @param command one or more lines; what is left in the background goes on after it
     * @return what it printed, standard output and error together
     */
    public String run(String command) throws IOException {
        return run(command, LONGEST);
    }

    /**
     * Runs a command as {@link #run(String)} does, with a limit of its own.
     *
     * @param longest when it is given up; less than the timeout of the test, so that the failure says what it was
     */
    public String run(String command, Duration longest) throws IOException {
        Tool ended = attempt(command, longest);
        if (ended.status() != 0) {
            throw new AssertionError(ended + "\n" + console());
        }
        return ended.output();
    }

    /**
     * Writes a file into it.
     *
     * @param path where, in the machine
     * @param text lines, none of which is "end of file"
     */
    public void put(String path, String text) throws IOException {
        run("cat >" + path + " <<'end of file'\n" + text.stripTrailing() + "\nend of file");
    }

    private Tool attempt(String command, Duration longest) throws IOException {
        shell.write("{ " + command + "\n} </dev/null 2>&1; echo; echo " + ENDED + "$?\n");
        shell.flush();
        StringBuilder output = new StringBuilder();
        long end = System.nanoTime() + longest.toNanos();
        while (true) {
            String line = next(end);
            if (line == null) {
                throw new IOException("the virtual machine did not answer within " + longest + " to: " + command + "\n"
                        + output + console());
            }
            if (line.startsWith(ENDED)) {
                int status = Integer.parseInt(line.substring(ENDED.length()));
                return new Tool(List.of(command), status, output.toString());
            }
            output.append(line).append('\n');
        }
    }

    private @Nullable String next(long end) throws InterruptedIOException {
        try {
            return lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a virtual machine ran a command");
        }
    }

    private String console() throws IOException {
        return "its console:\n" + Files.readString(console, StandardCharsets.ISO_8859_1);
    }

    /** Switches it off. */
    @Override
    public void close() throws IOException {
        qemu.destroyForcibly();
        if (!Tool.ended(qemu, END)) {
            throw new IOException("qemu did not end within " + END + " of SIGKILL");
        }
    }
}
