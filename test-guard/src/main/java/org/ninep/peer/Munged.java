package org.ninep.peer;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * A real munged with a key, a socket and a log of its own.
 *
 * <p>
 * Confined to one thread.
 */
public final class Munged extends ServerProcess {
    private static final int KEY_BYTES = 128;

    private final Path directory;
    private final Path socket;

    private Munged(ProcessBuilder builder, Path directory, Path socket) throws IOException {
        super("munged", builder, UnixDomainSocketAddress.of(socket));
        this.directory = directory;
        this.socket = socket;
    }

    /**
     * Starts one with a new key, and waits until it listens.
     *
     * @param directory for all its files; short, for a socket's path has at most 107 bytes, and not writable by others. It is
     *                  opened to all for searching, as munged wants it
     * @param options further options of the command line
     */
    public static Munged start(Path directory, String... options) throws IOException {
        return start(directory, newKey(), options);
    }

    /** Starts one with a key of at least 32 bytes. */
    public static Munged start(Path directory, byte[] key, String... options) throws IOException {
        Path socket = directory.resolve("socket");
        List<String> command = command(directory, key, options);
        command.add("--socket=" + socket);
        return started(command, directory, socket);
    }

    /** Starts one with a new key on a host of its own, at the usual socket. */
    public static Munged startOn(MungeHost host, Path directory, String... options) throws IOException {
        return started(host.command(command(directory, newKey(), options)), directory, host.socket());
    }

    private static byte[] newKey() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    private static List<String> command(Path directory, byte[] key, String... options) throws IOException {
        String program = Peers.require("munged");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path keyFile = directory.resolve("key");
        var secret = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.deleteIfExists(keyFile);
        Files.createFile(keyFile, secret);
        Files.write(keyFile, key, StandardOpenOption.WRITE);
        List<String> command = new ArrayList<>(List.of(program, "--foreground", "--key-file=" + keyFile,
                "--log-file=" + directory.resolve("munged.log"), "--pid-file=" + directory.resolve("pid"),
                "--seed-file=" + directory.resolve("seed")));
        command.addAll(List.of(options));
        return command;
    }

    private static Munged started(List<String> command, Path directory, Path socket) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("output").toFile()));
        Munged munged = new Munged(builder, directory, socket);
        munged.awaitListening();
        return munged;
    }

    @Override
    String printed() throws IOException {
        return ": " + Files.readString(directory.resolve("output"));
    }

    /** Where it listens. */
    public Path socket() {
        return socket;
    }

    /** Its key, readable by its owner alone. */
    public Path keyFile() {
        return directory.resolve("key");
    }

    /**
     * Runs {@code munge}, which makes a credential.
     *
     * @param arguments its options, without the socket
     * @return what it printed: the credential, or why there is none
     */
    public String munge(String... arguments) throws IOException {
        return Tool.run(client("munge", arguments)).output().trim();
    }

    /**
     * Runs {@code unmunge}, which checks a credential.
     *
     * @param credential the file that it is in
     * @return its status is the number of munged's error
     */
    public Tool unmunge(Path credential) throws IOException {
        return Tool.attempt(client("unmunge", "--numeric", "--input=" + credential));
    }

    private String[] client(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program, "--socket=" + socket()));
        command.addAll(List.of(arguments));
        return command.toArray(String[]::new);
    }
}
