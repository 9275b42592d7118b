package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage.*;

/** Extended attributes of files on disk, as Linux' client asks for them. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class XattrTest {
    private static final int CREATE = FileNode.XATTR_CREATE;
    private static final int REPLACE = FileNode.XATTR_REPLACE;

    @TempDir
    Path dir;

    private Path file;
    private UserDefinedFileAttributeView view;
    private Server server;
    private RawClient client;

    @BeforeEach
    void serve() throws IOException {
        file = Files.createFile(dir.resolve("file"));
        UserDefinedFileAttributeView attributes = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        assumeTrue(attributes != null && Files.getFileStore(file).supportsFileAttributeView("user"),
                "the temporary directory's file system has no user.* attributes");
        view = attributes;
        server = Server.builder().export("/", DirectoryTree.builder(dir).readWrite().build())
                .export("/ro", DirectoryTree.of(dir)).build();
        client = RawClient.attached(server.transport("test"), "/");
        client.walk(0, 1, "file");
    }

    @AfterEach
    void close() throws IOException {
        if (server != null) {
            client.close();
            server.close();
        }
    }

    private void begin(int fid, String name, long size, int flags) throws IOException {
        client.walk(1, fid);
        client.call(new Txattrcreate(fid, name, size, flags), Rxattrcreate.class);
    }

    private void write(int fid, long offset, String text) throws IOException {
        client.call(new Twrite(fid, offset, StandardCharsets.UTF_8.encode(text)), Rwrite.class);
    }

    private void set(String name, String value, int flags) throws IOException {
        begin(5, name, value.length(), flags);
        write(5, 0, value);
        client.call(new Tclunk(5), Rclunk.class);
    }

    private Errno notSet(String name, String value, int flags) throws IOException {
        begin(5, name, value.length(), flags);
        write(5, 0, value);
        Errno errno = client.refused(new Tclunk(5));
        assertEquals(Errno.EBADF, client.refused(new Tclunk(5)), "a clunk that fails frees the fid");
        return errno;
    }

    private String get(int fid, String name) throws IOException {
        long size = client.call(new Txattrwalk(fid, 9, name), Rxattrwalk.class).size();
        String text = client.text(9);
        assertEquals(size, text.length());
        client.call(new Tclunk(9), Rclunk.class);
        return text;
    }

    @Test
    void setsWhenTheFidIsClunkedAndReadsItBack() throws IOException {
        begin(5, "user.colour", 8, 0);
        write(5, 0, "dark");
        write(5, 4, "blue");
        assertEquals(List.of(), view.list());
        assertEquals(Errno.EBADF, client.refused(new Tread(5, 0, 8)));
        client.call(new Tclunk(5), Rclunk.class);
        ByteBuffer value = ByteBuffer.allocate(8);
        view.read("colour", value);
        assertArrayEquals("darkblue".getBytes(StandardCharsets.UTF_8), value.array());
        assertEquals("darkblue", get(1, "user.colour"));
        set("user.size", "9", 0);
        assertEquals(Set.of("user.colour", "user.size"), Set.of(get(1, "").split("\0")));
        client.attach(20, "/ro");
        client.walk(20, 21, "file");
        assertEquals("9", get(21, "user.size"));
    }

    @Test
    void heedsTheFlags() throws IOException {
        assertEquals(Errno.ENODATA, notSet("user.x", "1", REPLACE));
        set("user.x", "1", CREATE);
        assertEquals(Errno.EEXIST, notSet("user.x", "2", CREATE));
        set("user.x", "3", REPLACE);
        assertEquals("3", get(1, "user.x"));
        client.walk(1, 6);
        assertEquals(Errno.EINVAL, client.refused(new Txattrcreate(6, "user.x", 1, 4)));
    }

    @Test
    void removesWhatIsReplacedByNothing() throws IOException {
        set("user.x", "1", 0);
        begin(5, "user.x", 0, REPLACE);
        client.call(new Tclunk(5), Rclunk.class);
        assertEquals(List.of(), view.list());
        assertEquals(Errno.ENODATA, client.refused(new Txattrwalk(1, 9, "user.x")));
        begin(5, "user.x", 0, REPLACE);
        assertEquals(Errno.ENODATA, client.refused(new Tclunk(5)));
    }

    @Test
    void setsEmptyValues() throws IOException {
        for (int flags : new int[]{CREATE, 0}) {
            begin(5, "user.empty", 0, flags);
            client.call(new Tclunk(5), Rclunk.class);
            assertEquals("", get(1, "user.empty"));
        }
        assertEquals(List.of("empty"), view.list());
    }

    @Test
    void setsNothingUnlessAllOfItCame() throws IOException {
        assertEquals(Errno.EINVAL, notSetOf(4, "abc"));
        begin(5, "user.x", 3, 0);
        assertEquals(Errno.ENOSPC, client.refused(new Twrite(5, 0, StandardCharsets.UTF_8.encode("abcd"))));
        assertEquals(Errno.EINVAL, client.refused(new Twrite(5, 1, StandardCharsets.UTF_8.encode("a"))));
        client.call(new Tversion(8192, "9P2000.L"), Rversion.class);
        assertEquals(List.of(), view.list());
    }

    private Errno notSetOf(int announced, String value) throws IOException {
        begin(5, "user.x", announced, 0);
        write(5, 0, value);
        return client.refused(new Tclunk(5));
    }

    @Test
    void aLostConnectionSetsNothing() throws IOException {
        begin(5, "user.x", 1, 0);
        write(5, 0, "1");
        client.call(new Tversion(8192, "9P2000.L"), Rversion.class);
        assertEquals(List.of(), view.list());
    }

    @Test
    void boundsNameAndValueAsLinuxDoes() throws IOException {
        client.walk(1, 6);
        assertEquals(Errno.E2BIG, client.refused(new Txattrcreate(6, "user.x", 65537, 0)));
        assertEquals(Errno.E2BIG, client.refused(new Txattrcreate(6, "user.x", -1, 0)));
        assertEquals(Errno.ERANGE, client.refused(new Txattrcreate(6, "user." + "x".repeat(251), 1, 0)));
        assertEquals(Errno.EINVAL, client.refused(new Txattrcreate(6, "", 1, 0)));
        assertEquals(Errno.EOPNOTSUPP, notSet("nonsense.x", "1", 0));
        client.open(7, "file");
        assertEquals(Errno.EBADF, client.refused(new Txattrcreate(7, "user.x", 1, 0)));
        client.attach(20, "/ro");
        assertEquals(Errno.EROFS, client.refused(new Txattrcreate(20, "user.x", 1, 0)));
    }
}
