package org.ninep.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Message;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;
import org.ninep.peer.Tshark;

/**
 * Wireshark's dissector finds in our frames the fields that we put there. It does not know, and so does not judge: the fields of
 * Tgetlock and Rgetlock behind the type (which it takes for malformed), the entries of Rreaddir, and the bytes of Twrite
 * and Rread. The numbers of Tauth's n_uname, Tfsync's datasync and Rlerror's ecode it shows as the raw bytes that follow.
 */
@Tag("peer")
class TsharkPeerTest {
    private static final String MALFORMED = "_ws.malformed";
    private static final int TAG = 0xfedc;
    private static final long LARGE = 0xfedc_ba98_7654_3210L;
    private static final String LARGE_TEXT = "18364758544493064720";
    private static final Qid QID = new Qid(0x80, 0xf1223344, LARGE);
    private static final String QID_TEXT = " qidtype=0x80 qidvers=4045550404 qidpath=" + LARGE_TEXT;

    private record Case(Message message, String fields) {
        /** The fields to compare, by their full names. */
        List<String> expected() {
            int code = MessageType.valueOf(message.getClass().getSimpleName().toUpperCase(Locale.ROOT)).code;
            Stream<String> header = Stream.of("9p.msglen=" + Wire.of(new Frame<>(TAG, message)).limit(),
                    "9p.msgtype=" + code, "9p.tag=" + TAG);
            Stream<String> body = Stream.of(fields.split(" ", -1)).filter(field -> !field.isEmpty()).map("9p."::concat);
            return Stream.concat(header, body).toList();
        }

        boolean isTakenForMalformed() {
            return message instanceof Tgetlock || message instanceof Rgetlock;
        }
    }

    @Test
    void findsTheFieldsThatWePut(@TempDir Path directory) throws Exception {
        List<Case> cases = Stream.of(sessions(), requestsOnFiles(), requestsOnNames(), replies()).flatMap(List::stream)
                .toList();
        Set<String> fields = new LinkedHashSet<>(Set.of(MALFORMED));
        cases.forEach(c -> c.expected().forEach(field -> fields.add(name(field))));
        List<ByteBuffer> frames = cases.stream().map(c -> Wire.of(new Frame<>(TAG, c.message()))).toList();

        List<List<String>> dissected = Tshark.dissect(directory, frames, List.copyOf(fields));

        assertEquals(cases.size(), dissected.size());
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            Set<String> difference = difference(cases.get(i), dissected.get(i));
            if (!difference.isEmpty()) {
                wrong.add(cases.get(i).message() + ": " + difference);
            }
        }
        assertEquals(List.of(), wrong);
        assertEquals(everyMessage(), cases.stream().map(c -> c.message().getClass()).collect(Collectors.toSet()));
    }

    /** What is only expected, or only found. */
    private static Set<String> difference(Case wanted, List<String> found) {
        Set<String> names = wanted.expected().stream().map(TsharkPeerTest::name).collect(Collectors.toSet());
        if (!wanted.isTakenForMalformed()) {
            names.add(MALFORMED);
        }
        Set<String> difference = new HashSet<>(wanted.expected());
        for (String field : found) {
            if (names.contains(name(field)) && !difference.remove(field)) {
                difference.add("found " + field);
            }
        }
        return difference;
    }

    private static String name(String field) {
        return field.substring(0, field.indexOf('='));
    }

    private static Set<Class<?>> everyMessage() {
        return Stream.of(Tmessage.class, Rmessage.class).flatMap(kind -> Stream.of(kind.getPermittedSubclasses()))
                .collect(Collectors.toSet());
    }

    private static List<Case> sessions() {
        return List.of(new Case(new Tversion(0x10001, "9P2000.L"), "maxsize=65537 version=9P2000.L"),
                new Case(new Tauth(11, "un", "an", 0x01020304), "afid=11 uname=un aname=an message_data=04030201"),
                new Case(new Tattach(11, 0xfffffffe, "un", "an", 13),
                        "fid=11 afid=4294967294 uname=un aname=an uid=13"),
                new Case(new Tflush(0xf234), "oldtag=62004"),
                new Case(new Twalk(11, 12, List.of("a", "bc")), "fid=11 newfid=12 nwalk=2 paramsz=1|2 wname=a|bc"),
                new Case(new Tclunk(11), "fid=11"));
    }

    private static List<Case> requestsOnFiles() {
        Timespec atime = new Timespec(15, 16);
        Timespec mtime = new Timespec(17, 18);
        return List.of(new Case(new Tread(11, LARGE, 13), "fid=11 offset=" + LARGE_TEXT + " count=13"),
                new Case(new Twrite(11, LARGE, text("data")), "fid=11 offset=" + LARGE_TEXT + " count=4"),
                new Case(new Tstatfs(11), "fid=11"),
                new Case(new Tlopen(11, 0x8002), "fid=11 statmode=32770"),
                new Case(new Treadlink(11), "fid=11"),
                new Case(new Tgetattr(11, 0x1234), "fid=11 getattr.flags=0x0000000000001234"),
                new Case(new Tsetattr(11, 0x1a5, 0640, 12, 13, 14, atime, mtime),
                        "fid=11 setattr.flags=0x000001a5 statmode=416 uid=12 gid=13 size=14 "
                                + "atime=Jan_1,_1970_00:00:15.000000016_UTC mtime=Jan_1,_1970_00:00:17.000000018_UTC"),
                new Case(new Txattrwalk(11, 12, "nm"), "fid=11 newfid=12 wname=nm"),
                new Case(new Txattrcreate(11, "nm", 12, 13), "fid=11 wname=nm size=12 xattr.flag=0x0000000d"),
                new Case(new Treaddir(11, 12, 13), "fid=11 offset=12 count=13"),
                new Case(new Tfsync(11, 0x01020304), "fid=11 message_data=04030201"),
                new Case(new Tlock(11, 1, 2, 13, 14, 15, "cl"), "fid=11 lock.type=0x00000001 lock.flag=0x00000002 "
                        + "lock.start=13 lock.length=14 lock.procid=0x0000000f wname=cl"),
                new Case(new Tgetlock(11, 2, 13, 14, 15, "cl"), "fid=11 lock.type=0x00000002"));
    }

    private static List<Case> requestsOnNames() {
        return List.of(new Case(new Tremove(11), "fid=11"),
                new Case(new Tlcreate(11, "nm", 0x42, 0640, 13),
                        "fid=11 filename=nm lcreate.flags=0x00000042 statmode=416 gid=13"),
                new Case(new Tsymlink(11, "nm", "tgt", 12), "fid=11 wname=nm|tgt gid=12"),
                new Case(new Tmknod(11, "nm", 0640, 12, 13, 14),
                        "fid=11 wname=nm statmode=416 mknod.major=12 mknod.minor=13 gid=14"),
                new Case(new Trename(11, 12, "nm"), "fid=11 dfid=12 wname=nm"),
                new Case(new Tlink(11, 12, "nm"), "dfid=11 fid=12 wname=nm"),
                new Case(new Tmkdir(11, "nm", 0750, 12), "fid=11 wname=nm statmode=488 gid=12"),
                new Case(new Trenameat(11, "on", 12, "nn"), "dfid=11 newfid=12 wname=on|nn"),
                new Case(new Tunlinkat(11, "nm", 0x200), "dfid=11 wname=nm unlinkat.flags=0x00000200"));
    }

    private static List<Case> replies() {
        Attr attr = new Attr(0x3ff7, QID, 0640, 11, 12, 13, 14, 15, 16, 17, new Timespec(18, 19), new Timespec(20, 21),
                new Timespec(22, 23), new Timespec(24, 25), 26, 27);
        return List.of(new Case(new Rlerror(new Errno(0x01020304)), "message_data=04030201"),
                new Case(new Rversion(0x10001, "9P2000.L"), "maxsize=65537 version=9P2000.L"),
                new Case(new Rauth(QID), QID_TEXT), new Case(new Rattach(QID), QID_TEXT), new Case(new Rflush(), ""),
                new Case(new Rwalk(List.of(QID, new Qid(2, 3, 4))),
                        "nqid=2 qidtype=0x80|0x02 qidvers=4045550404|3 qidpath="
                                + LARGE_TEXT + "|4"),
                new Case(new Rread(text("data")), "count=4"), new Case(new Rwrite(11), "count=11"),
                new Case(new Rclunk(), ""), new Case(new Rremove(), ""),
                new Case(new Rstatfs(new FileSystemStatus(11, 12, 13, 14, 15, 16, 17, LARGE, 18)),
                        "fstype=0x0000000b blksize=12 blocks=13 bfree=14 bavail=15 files=16 ffree=17 fsid=" + LARGE_TEXT
                                + " namelen=18"),
                new Case(new Rlopen(QID, 11), "iounit=11" + QID_TEXT),
                new Case(new Rlcreate(QID, 11), "iounit=11" + QID_TEXT), new Case(new Rsymlink(QID), QID_TEXT),
                new Case(new Rmknod(QID), QID_TEXT), new Case(new Rrename(), ""),
                new Case(new Rreadlink("tgt"), "wname=tgt"),
                new Case(new Rgetattr(attr),
                        "getattr.flags=0x0000000000003ff7 statmode=416 uid=11 gid=12 nlink=13 rdev=14 size=15 blksize=16 blocks=17 "
                                + "atime=Jan_1,_1970_00:00:18.000000019_UTC mtime=Jan_1,_1970_00:00:20.000000021_UTC "
                                + "ctime=Jan_1,_1970_00:00:22.000000023_UTC btime=Jan_1,_1970_00:00:24.000000025_UTC "
                                + "gen=26 dataversion=27" + QID_TEXT),
                new Case(new Rsetattr(), ""), new Case(new Rxattrwalk(LARGE), "size=" + LARGE_TEXT),
                new Case(new Rxattrcreate(), ""), new Case(new Rreaddir(text("data")), "count=4"),
                new Case(new Rfsync(), ""), new Case(new Rlock(3), "lock.status=0x03"),
                new Case(new Rgetlock(1, 2, 3, 4, "cl"), "lock.type=0x00000001"), new Case(new Rlink(), ""),
                new Case(new Rmkdir(QID), QID_TEXT), new Case(new Rrenameat(), ""), new Case(new Runlinkat(), ""));
    }

    private static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
