package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.RemoteException;
import org.ninep.client.ByteRangeLock;
import org.ninep.client.Client;
import org.ninep.client.OpenFlags;
import org.ninep.client.ReadHandler;
import org.ninep.client.RemoteDirectory;
import org.ninep.client.RemoteFile;
import org.ninep.client.SetAttr;
import org.ninep.codec.Codec;
import org.ninep.message.Message;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;
import org.ninep.peer.Tshark;
import org.ninep.transport.Transport;

/**
 * A session of our client with our server over TCP in which every message occurs, as Wireshark's dissector sees it: each
 * frame has the type, the tag, the length and the fields that it has. What tshark does not know is said in {@code TsharkPeerTest}.
 */
@Tag("peer")
@Timeout(120)
class TsharkSessionTest {
    private static final int ROOT = 0;
    private static final String MALFORMED = "_ws.malformed";

    @TempDir
    Path dir;
    private final CountDownLatch givenUp = new CountDownLatch(1);
    private final Tickets tickets = new Tickets();

    @Test
    void seesEveryMessageOfASessionAsItIs() throws Exception {
        List<ByteBuffer> frames = record();
        List<String> fields = List.of("9p.msglen", "9p.msgtype", "9p.tag", "9p.fid", "9p.newfid", "9p.dfid", "9p.afid",
                "9p.offset", "9p.count", "9p.wname", "9p.filename", "9p.aname", "9p.version", "9p.oldtag", "9p.nqid",
                MALFORMED);
        List<List<String>> dissected = Tshark.dissect(Files.createDirectory(dir.resolve("tshark")), frames, fields);
        assertEquals(frames.size(), dissected.size());
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            Message message = Codec.decode(frames.get(i)).message();
            List<String> found = dissected.get(i).stream()
                    .filter(field -> !isTakenForMalformed(message) || !field.startsWith(MALFORMED)).toList();
            Stream<String> expected = Stream.concat(header(frames.get(i)), body(message));
            if (!found.equals(expected.toList())) {
                wrong.add(message + " is seen as " + found);
            }
        }
        assertEquals(List.of(), wrong);
    }

    private static Stream<String> header(ByteBuffer frame) {
        int tag = (frame.get(5) & 0xff) | (frame.get(6) & 0xff) << 8;
        return Stream.of("9p.msglen=" + frame.limit(), "9p.msgtype=" + (frame.get(4) & 0xff), "9p.tag=" + tag);
    }

    private static boolean isTakenForMalformed(Message message) {
        return message instanceof Tgetlock || message instanceof Rgetlock;
    }

    /** Those of the fields that are asked for, in the order in which they are asked for. */
    private static Stream<String> body(Message message) {
        return switch (message) {
            case Tversion m -> fields("version=" + m.version());
            case Rversion m -> fields("version=" + m.version());
            case Tauth m -> fields("afid=" + m.afid(), "aname=" + m.aname());
            case Tattach m -> fields("fid=" + m.fid(), "afid=" + m.afid(), "aname=" + m.aname());
            case Tflush m -> fields("oldtag=" + m.oldtag());
            case Twalk m when m.names().isEmpty() -> fields("fid=" + m.fid(), "newfid=" + m.newfid());
            case Twalk m -> fields("fid=" + m.fid(), "newfid=" + m.newfid(), "wname=" + String.join("|", m.names()));
            case Rwalk m -> fields("nqid=" + m.qids().size());
            case Tread m -> fields("fid=" + m.fid(), "offset=" + m.offset(), "count=" + m.count());
            case Rread m -> fields("count=" + m.data().remaining());
            case Twrite m -> fields("fid=" + m.fid(), "offset=" + m.offset(), "count=" + m.data().remaining());
            case Rwrite m -> fields("count=" + m.count());
            case Treaddir m -> fields("fid=" + m.fid(), "offset=" + m.offset(), "count=" + m.count());
            case Rreaddir m -> fields("count=" + m.data().remaining());
            case Rreadlink m -> fields("wname=" + m.target());
            case Tmessage m -> onFiles(m);
            case Rmessage _ -> Stream.of();
        };
    }

    private static Stream<String> onFiles(Tmessage message) {
        return switch (message) {
            case Tclunk m -> fields("fid=" + m.fid());
            case Tremove m -> fields("fid=" + m.fid());
            case Tstatfs m -> fields("fid=" + m.fid());
            case Tlopen m -> fields("fid=" + m.fid());
            case Treadlink m -> fields("fid=" + m.fid());
            case Tgetattr m -> fields("fid=" + m.fid());
            case Tsetattr m -> fields("fid=" + m.fid());
            case Tfsync m -> fields("fid=" + m.fid());
            case Tgetlock m -> fields("fid=" + m.fid());
            case Tlock m -> fields("fid=" + m.fid(), "wname=" + m.clientId());
            case Txattrwalk m when m.name().isEmpty() -> fields("fid=" + m.fid(), "newfid=" + m.newfid());
            case Txattrwalk m -> fields("fid=" + m.fid(), "newfid=" + m.newfid(), "wname=" + m.name());
            case Txattrcreate m -> fields("fid=" + m.fid(), "wname=" + m.name());
            case Tlcreate m -> fields("fid=" + m.fid(), "filename=" + m.name());
            case Tsymlink m -> fields("fid=" + m.dfid(), "wname=" + m.name() + "|" + m.target());
            case Tmknod m -> fields("fid=" + m.dfid(), "wname=" + m.name());
            case Tmkdir m -> fields("fid=" + m.dfid(), "wname=" + m.name());
            case Trename m -> fields("fid=" + m.fid(), "dfid=" + m.dfid(), "wname=" + m.name());
            case Tlink m -> fields("fid=" + m.fid(), "dfid=" + m.dfid(), "wname=" + m.name());
            case Trenameat m -> fields("newfid=" + m.newdirfid(), "dfid=" + m.olddirfid(),
                    "wname=" + m.oldname() + "|" + m.newname());
            case Tunlinkat m -> fields("dfid=" + m.dirfid(), "wname=" + m.name());
            default -> throw new AssertionError(message);
        };
    }

    private static Stream<String> fields(String... fields) {
        return Stream.of(fields).map(field -> "9p." + field.replace("=-1", "=4294967295"));
    }

    /** The frames of a session, among which there are all requests, their replies and Rlerror. */
    private List<ByteBuffer> record() throws Exception {
        Path export = Files.createDirectory(dir.resolve("export"));
        try (Server server = Server.builder()
                .export("/e", DirectoryTree.builder(export).readWrite().build(), tickets)
                .exportToAnyone("/slow", slow()).build();
                Recorder recorder = Recorder.before((InetSocketAddress) server
                        .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))) {
            try (Client client = Client.builder(Transport.tcp("127.0.0.1", recorder.port())).msize(8192)
                    .authenticator(afid -> afid.write(tickets.issue(ROOT))).connect();
                    RemoteFile root = client.attach("/e", "", ROOT)) {
                change(root);
                read(root);
                flush(client);
            }
            assertEveryMessage(recorder.frames());
            return recorder.frames();
        }
    }

    private void change(RemoteFile root) throws IOException {
        RemoteDirectory names = root.directory();
        names.mkdir("dir", 0755);
        names.mkdir("gone", 0755);
        names.symlink("link", "dir/f");
        names.mknod("fifo", 0010644, 0, 0);
        try (RemoteFile dir = root.walk("dir");
                RemoteFile file = dir.directory().create("f", OpenFlags.RDWR, 0644)) {
            file.writeFully(ByteBuffer.wrap(new byte[10_000]), 0);
            file.fsync(true);
            file.setattr(SetAttr.NOTHING.withMode(0600));
            file.setXattr("user.x", ByteBuffer.wrap(new byte[]{1}), RemoteFile.XATTR_CREATE);
            assertEquals(List.of("user.x"), file.xattrs());
            assertTrue(file.locks().tryLock(ByteRangeLock.exclusive(1, "host")));
            assertTrue(file.locks().conflicting(ByteRangeLock.exclusive(2, "host")).isPresent());
            names.link(file, "hard");
            file.rename(names, "moved");
        }
        names.rename("moved", names, "again");
        names.unlink("again");
        root.walk("gone").remove();
    }

    private static void read(RemoteFile root) throws IOException {
        root.statfs();
        root.getattr();
        assertEquals("dir/f", root.walk("link").readlink());
        try (RemoteFile all = root.walk("").open(); RemoteFile file = root.walk("hard").open()) {
            assertEquals(6, all.readdir().size());
            file.readFully(ByteBuffer.allocate(10_000), 0);
        }
        assertThrows(RemoteException.class, () -> root.walk("none"));
    }

    private FileTree slow() {
        return MemoryTree.builder().file("f", 10, (_, dst) -> {
            try {
                assertTrue(givenUp.await(60, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            dst.position(dst.limit());
        }).build();
    }

    /** A read that the server does not answer until it has been given up. */
    private void flush(Client client) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (RemoteFile slow = client.attach("/slow", "", ROOT).walk("f").open()) {
            slow.readFully(ByteBuffer.allocate(10), 0, Duration.ofMillis(1), new ReadHandler() {
                @Override
                public void completed(int count) {
                    throw new AssertionError("answered");
                }

                @Override
                public void failed(IOException cause) {
                    ended.countDown();
                }
            });
            assertTrue(ended.await(60, TimeUnit.SECONDS));
            givenUp.countDown();
            slow.getattr();
        }
    }

    private static void assertEveryMessage(List<ByteBuffer> frames) throws IOException {
        Set<Class<?>> missing = Stream.of(Tmessage.class, Rmessage.class)
                .flatMap(kind -> Stream.of(kind.getPermittedSubclasses())).collect(Collectors.toSet());
        for (ByteBuffer frame : frames) {
            missing.remove(Codec.decode(frame).message().getClass());
        }
        assertEquals(Set.of(), missing);
    }
}
