package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.codec.DirectoryEntries;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage.*;

/** Attempts to get out of an exported directory. What lies outside is longer than what lies inside, under the same names. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConfinementTest {
    private static final String INSIDE = "inside";
    private static final String OUTSIDE = "what nobody may see";

    @TempDir
    Path dir;

    private Path export;
    private Path outside;
    private Server server;
    private RawClient client;

    @BeforeEach
    void serve() throws IOException {
        outside = Files.createDirectory(dir.resolve("outside"));
        export = Files.createDirectory(dir.resolve("export"));
        for (Path sub : List.of(outside, Files.createDirectory(export.resolve("sub")))) {
            Files.writeString(sub.resolve("file"), sub.equals(outside) ? OUTSIDE : INSIDE);
            Files.createSymbolicLink(sub.resolve("link"), Path.of(sub.equals(outside) ? OUTSIDE : INSIDE));
            Files.createDirectory(sub.resolve("deep"));
            Files.writeString(sub.resolve("deep/file"), sub.equals(outside) ? OUTSIDE : INSIDE);
        }
        Files.writeString(outside.resolve("only-outside"), OUTSIDE);
        server = Server.builder().export("/", DirectoryTree.of(export)).build();
        client = RawClient.attached(server.transport("test"), "/");
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        server.close();
    }

    private void replaceSubByLink() throws IOException {
        Files.move(export.resolve("sub"), dir.resolve("moved"));
        Files.createSymbolicLink(export.resolve("sub"), outside);
    }

    @Test
    void parentsEndAtTheRoot() throws IOException {
        Qid root = client.walk(0, 1, "sub", "..").getLast();
        for (Qid qid : client.walk(0, 2, "..", "..", "..", "..", "..", "..", "..", "..", "..", "..")) {
            assertEquals(root, qid);
        }
        assertEquals(Errno.ENOENT, client.refused(new Twalk(2, 3, List.of("outside"))));
        assertEquals(1, client.walk(0, 3, "..", "outside", "file").size());
    }

    @Test
    void noLinkIsFollowed() throws IOException {
        Files.createSymbolicLink(export.resolve("absolute"), outside);
        Files.createSymbolicLink(export.resolve("relative"), Path.of("../outside"));
        Files.createSymbolicLink(export.resolve("file"), outside.resolve("file"));
        assertEquals(1, client.walk(0, 1, "absolute", "file").size());
        assertEquals(1, client.walk(0, 1, "relative", "file").size());
        for (String name : List.of("absolute", "relative", "file")) {
            assertTrue(client.walk(0, 1, name).getFirst().isSymlink());
            assertInstanceOf(Rlerror.class, client.call(new Tlopen(1, 0)));
            assertInstanceOf(Rlerror.class, client.call(new Tlopen(1, Tlopen.DIRECTORY)));
            assertTrue(client.call(new Tgetattr(1, Attr.ALL), Rgetattr.class).attr().isSymlink());
            client.call(new Tclunk(1), Rclunk.class);
        }
    }

    @Test
    void aFidOfADirectoryThatBecameALinkLeadsNowhere() throws IOException {
        client.walk(0, 1, "sub");
        client.walk(0, 2, "sub", "file");
        client.walk(0, 3, "sub", "link");
        client.walk(0, 4, "sub", "deep");
        replaceSubByLink();
        assertInstanceOf(Rlerror.class, client.call(new Twalk(1, 9, List.of("file"))));
        assertInstanceOf(Rlerror.class, client.call(new Tlopen(1, 0)));
        assertInstanceOf(Rlerror.class, client.call(new Tlopen(2, 0)));
        assertInstanceOf(Rlerror.class, client.call(new Tgetattr(2, Attr.ALL)));
        assertInstanceOf(Rlerror.class, client.call(new Treadlink(3)));
        assertInstanceOf(Rlerror.class, client.call(new Twalk(4, 9, List.of("file"))));
        assertInstanceOf(Rlerror.class, client.call(new Tlopen(4, 0)));
        assertEquals(1, client.walk(0, 9, "sub", "file").size());
    }

    @Test
    void aFidOfAFileThatBecameALinkLeadsNowhere() throws IOException {
        client.walk(0, 1, "sub", "file");
        Files.delete(export.resolve("sub/file"));
        Files.createSymbolicLink(export.resolve("sub/file"), outside.resolve("file"));
        assertInstanceOf(Rlerror.class, client.call(new Tlopen(1, 0)));
    }

    @Test
    void anOpenDirectoryThatBecameALinkListsNothingOfTheOther() throws IOException {
        client.open(1, "sub");
        client.call(new Treaddir(1, 0, 60), Rreaddir.class);
        replaceSubByLink();
        Rmessage reply = client.call(new Treaddir(1, 0, 10_000));
        if (reply instanceof Rreaddir(var data)) {
            for (DirectoryEntry entry : DirectoryEntries.decode(data)) {
                assertNotEquals("only-outside", entry.name());
            }
        }
    }

    @Test
    void aDirectoryMovedOutIsNoLongerFound() throws IOException {
        client.walk(0, 1, "sub");
        Files.move(export.resolve("sub"), dir.resolve("moved"));
        assertInstanceOf(Rlerror.class, client.call(new Twalk(1, 2, List.of("file"))));
        assertInstanceOf(Rlerror.class, client.call(new Tlopen(1, 0)));
    }

    /** A directory and a link to the outside take turns at one name, as fast as they can, under a client that tries all. */
    @Test
    void noRaceBetweenADirectoryAndALinkLeadsOut() throws Exception {
        whileSubIsSwapped(() -> {
            for (int i = 0; i < 3000; i++) {
                attempt();
            }
        });
        assertTrue(attempt(), "the file is found when nothing moves");
    }

    @Test
    void noRaceShowsTheTextOfALinkElsewhereEvenOfTheSameLength() throws Exception {
        Files.createSymbolicLink(export.resolve("sub/same"), Path.of(INSIDE));
        Files.createSymbolicLink(outside.resolve("same"), Path.of("secret"));
        client.walk(0, 1, "sub", "same");
        whileSubIsSwapped(() -> {
            for (int i = 0; i < 5000; i++) {
                if (client.call(new Treadlink(1)) instanceof Rreadlink(var target)) {
                    assertEquals(INSIDE, target);
                }
            }
        });
        assertEquals(INSIDE, client.call(new Treadlink(1), Rreadlink.class).target());
    }

    private void whileSubIsSwapped(Swapping.Attempts attempts) throws Exception {
        Swapping.subOf(export, dir, outside, attempts);
    }

    /** Whether the file inside was read. */
    private boolean attempt() throws IOException {
        boolean read = false;
        if (client.call(new Twalk(0, 1, List.of("sub", "file"))) instanceof Rwalk(var qids) && qids.size() == 2) {
            if (client.call(new Tgetattr(1, Attr.ALL)) instanceof Rgetattr(var attr)) {
                assertEquals(INSIDE.length(), attr.size());
            }
            if (client.call(new Tlopen(1, 0)) instanceof Rlopen) {
                assertEquals(INSIDE, StandardCharsets.UTF_8.decode(client.read(1, 0, 100)).toString());
                read = true;
            }
            client.call(new Tclunk(1), Rclunk.class);
        }
        if (client.call(new Twalk(0, 1, List.of("sub", "link"))) instanceof Rwalk(var qids) && qids.size() == 2) {
            if (client.call(new Treadlink(1)) instanceof Rreadlink(var target)) {
                assertEquals(INSIDE, target);
            }
            client.call(new Tclunk(1), Rclunk.class);
        }
        if (client.call(new Twalk(0, 1, List.of("sub"))) instanceof Rwalk) {
            if (client.call(new Tlopen(1, 0)) instanceof Rlopen
                    && client.call(new Treaddir(1, 0, 10_000)) instanceof Rreaddir(var data)) {
                for (DirectoryEntry entry : DirectoryEntries.decode(data)) {
                    assertNotEquals("only-outside", entry.name());
                }
            }
            client.call(new Tclunk(1), Rclunk.class);
        }
        return read;
    }
}
