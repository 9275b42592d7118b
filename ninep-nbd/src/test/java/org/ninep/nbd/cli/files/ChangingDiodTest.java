package org.ninep.nbd.cli.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.ninep.peer.Diod;

/** The commands that change a tree, against diod, which lacks Trenameat and Tunlinkat. */
@Tag("peer")
class ChangingDiodTest extends ChangingContract {

    private Path export;
    private Diod diod;

    @BeforeEach
    void start() throws IOException {
        export = Files.createDirectory(work.resolve("export"));
        diod = Diod.startOnTcp(export);
    }

    @AfterEach
    void stop() throws Exception {
        diod.close();
    }

    @Override
    Path export() {
        return export;
    }

    @Override
    String uri(String path) {
        return "9p://" + diod.address() + path + "?aname=" + export;
    }
}
