package org.ninep.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * A real nfs-ganesha, which serves a directory over 9P alone. It wants to be root, and a file system whose files have handles:
 * ext4, xfs, tmpfs, but no overlay.
 *
 * <p>
 * Confined to one thread.
 */
public final class Ganesha extends ServerProcess {
    private final Path log;

    private Ganesha(ProcessBuilder builder, InetSocketAddress address, Path log) throws IOException {
        super("ganesha.nfsd", builder, address);
        this.log = log;
    }

    /**
     * Starts one on a free port, and waits until it listens. It listens at all addresses, for it knows no better.
     *
     * @param directory for its configuration and its log
     * @param export what it serves, writable, to whom may do what there; its path is the aname
     */
    public static Ganesha start(Path directory, Path export) throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            throw Peers.lacking("ganesha.nfsd opens files by their handles, which root alone may");
        }
        int port = Peers.freePort();
        Path configuration = Files.writeString(directory.resolve("ganesha.conf"), configuration(port, export));
        Path log = directory.resolve("ganesha.log");
        ProcessBuilder builder = new ProcessBuilder(Peers.require("ganesha.nfsd"), "-F", "-L", log.toString(), "-f",
                configuration.toString(), "-p", directory.resolve("ganesha.pid").toString())
                .directory(directory.toFile()).inheritIO();
        Ganesha ganesha = new Ganesha(builder, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), log);
        ganesha.awaitListening();
        return ganesha;
    }

    private static String configuration(int port, Path export) {
        return """
                NFS_CORE_PARAM { Protocols = 9P; Enable_NLM = false; Enable_RQUOTA = false; }
                NFS_KRB5 { Active_krb5 = false; }
                _9P { _9P_TCP_Port = %d; }
                EXPORT {
                    Export_Id = 1;
                    Path = %s;
                    Pseudo = /export;
                    Protocols = 9P;
                    Access_Type = RW;
                    Squash = None;
                    FSAL { Name = VFS; }
                }
                LOG { Default_Log_Level = EVENT; }
                """.formatted(port, export);
    }

    /** Where it listens: HOST:PORT. */
    public String address() {
        return "127.0.0.1:" + ((InetSocketAddress) socketAddress()).getPort();
    }

    /** An orderly end takes it seconds, and there is nothing to lose. */
    @Override
    void end(Process process) {
        process.destroyForcibly();
    }

    @Override
    String printed() throws IOException {
        return Files.exists(log)
                ? Files.readAllLines(log).stream().filter(line -> line.matches(".*:(CRIT|MAJ|FATAL|WARN).*"))
                        .collect(Collectors.joining("\n", "; its log has:\n", ""))
                : "; it wrote no log";
    }
}
