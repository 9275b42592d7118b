package org.ninep.nbd.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ninep.nbd.cli.ProgramProcess;
import org.ninep.peer.Diod;

/** A 9P server that exports one directory. */
interface NinePServer extends AutoCloseable {
    /** Whose server, and how it is reached. */
    enum Kind {
        DIOD, OURS_TCP, OURS_UNIX
    }

    /** The URI of a file in the export. */
    String uri(String file);

    @Override
    void close() throws IOException;

    static NinePServer start(Kind kind, Path export) throws IOException, InterruptedException {
        return switch (kind) {
            case DIOD -> diod(export);
            case OURS_TCP -> ours("tcp:127.0.0.1:0", export);
            case OURS_UNIX -> ours("unix:" + Files.createTempDirectory("ninep").resolve("9p.sock"), export);
        };
    }

    private static NinePServer ours(String listen, Path export) throws IOException, InterruptedException {
        ProgramProcess program = ProgramProcess.start("serve", "--listen", listen, "--export", export.toString());
        String root = program.ready();
        return new NinePServer() {
            @Override
            public String uri(String file) {
                return root.replaceFirst("/\\?", "/" + file + "?");
            }

            @Override
            public void close() throws IOException {
                program.stop();
            }
        };
    }

    private static NinePServer diod(Path export) throws IOException {
        Diod diod = Diod.startOnTcp(export);
        return new NinePServer() {
            @Override
            public String uri(String file) {
                return "9p://" + diod.address() + "/" + file + "?aname=" + export;
            }

            @Override
            public void close() {
                diod.close();
            }
        };
    }
}
