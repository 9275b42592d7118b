package org.ninep.check.bench;

import static org.ninep.check.bench.Observed.require;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.ninep.Errno;
import org.ninep.RequestTimeoutException;
import org.ninep.codec.DirectoryEntries;
import org.ninep.codec.Frame;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;

/**
 * A connection on which a version is agreed: requests one at a time, whose answers are held against what was asked.
 *
 * <p>
 * Confined to one thread.
 */
public final class Session {
    /** The fid of the export's root, once attached. */
    public static final int ROOT = 0;
    /** The fid of the file or directory to look at, once attached. Checks leave it as it is: not open, not moved. */
    public static final int HOME = 1;

    private static final int FIRST_FREE = 100;
    private static final int TAGS = 64;
    private static final int MOST_ENTRIES = 4096;

    private final RawConnection connection;
    private final Consumer<String> differences;
    private final int msize;
    private int tag;
    private int fid = FIRST_FREE;

    Session(RawConnection connection, Consumer<String> differences, int msize) {
        this.connection = connection;
        this.differences = differences;
        this.msize = msize;
    }

    /** For what a session does not do by itself. */
    public RawConnection connection() {
        return connection;
    }

    /** The longest frame, in bytes. */
    public int msize() {
        return msize;
    }

    /** The largest count that is safe with every server. */
    public int count() {
        return msize - Protocol.IOHDRSZ;
    }

    /** A number that is not in use. */
    public int newFid() {
        return fid++;
    }

    /** A tag that is not in use. */
    public int newTag() {
        tag = (tag + 1) % TAGS;
        return tag;
    }

    // Any request.

    /** The answer, of the type that belongs to the request, or Rlerror. */
    public Rmessage call(Tmessage request) throws IOException {
        int with = newTag();
        connection.send(with, request);
        return answer(with, request);
    }

    /** Waits for the answer to a request that was sent; no other may come before. */
    public Rmessage answer(int with, Tmessage request) throws IOException {
        Frame<Rmessage> reply;
        try {
            reply = connection.receive();
        } catch (RequestTimeoutException e) {
            throw new RequestTimeoutException(describe(request) + ": " + e.getMessage());
        }
        require(reply.tag() == with,
                "the answer to " + describe(request) + " with tag " + with + " has tag " + reply.tag());
        String type = reply.message().getClass().getSimpleName();
        require(reply.message() instanceof Rlerror || type.substring(1).equals(name(request).substring(1)),
                describe(request) + " is answered with " + type);
        return reply.message();
    }

    /** The answer, which must not be Rlerror. If the server does not have what was asked for, there is nothing to judge. */
    public <R extends Rmessage> R call(Tmessage request, Class<R> type) throws IOException {
        return done(request, call(request), type);
    }

    static <R extends Rmessage> R done(Tmessage request, Rmessage answer, Class<R> type) throws IOException {
        if (answer instanceof Rlerror(Errno errno)) {
            boolean unsupported = errno.equals(Errno.EOPNOTSUPP) || errno.equals(Errno.ENOSYS);
            if (unsupported && isOptional(request)) {
                throw Observed.skipped("the server does not have " + name(request) + " (" + errno + ")");
            }
            throw Observed.failed(describe(request) + " is refused: " + errno);
        }
        return type.cast(answer);
    }

    private static boolean isOptional(Tmessage request) {
        return switch (request) {
            case Tversion _,Tattach _,Tflush _,Twalk _,Tclunk _,Tlopen _,Tread _,Tgetattr _,Treaddir _ -> false;
            default -> true;
        };
    }

    /** The request must be refused; for another reason than the documented ones is a difference. None given: any. */
    public void refused(Tmessage request, Errno... reasons) throws IOException {
        switch (call(request)) {
            case Rlerror(Errno errno) -> judge(request, errno, reasons);
            case Rmessage _ -> throw Observed.failed(describe(request) + " is carried out");
        }
    }

    private void judge(Tmessage request, Errno errno, Errno... reasons) throws Observed {
        boolean unsupported = errno.equals(Errno.EOPNOTSUPP) || errno.equals(Errno.ENOSYS);
        if (unsupported && isOptional(request)) {
            throw Observed.skipped("the server does not have " + name(request) + " (" + errno + ")");
        }
        if (reasons.length > 0 && !Arrays.asList(reasons).contains(errno)) {
            differs(name(request) + " is refused with " + errno + ", not with " + Arrays.toString(reasons));
        }
    }

    /** Notes that the server is right in what matters, but not as documented. */
    public void differs(String seen) {
        differences.accept(seen);
    }

    private static String name(Tmessage request) {
        return request.getClass().getSimpleName();
    }

    /** The request for people. */
    public static String describe(Tmessage request) {
        return request.toString().replaceAll("java\\.nio\\.\\w+\\[pos=\\d+ lim=(\\d+) cap=\\d+\\]", "$1 bytes")
                .replaceAll("fid=-1\\b", "fid=NOFID").replaceAll("nUname=-1\\b", "nUname=NONUNAME");
    }

    // Requests that many checks make.

    /** A new fid, that many names from fid. */
    public int walk(int from, List<String> names) throws IOException {
        int at = from;
        int first = 0;
        do {
            List<String> some = names.subList(first, Math.min(names.size(), first + Protocol.MAXWELEM));
            int next = newFid();
            Rwalk walked = call(new Twalk(at, next, some), Rwalk.class);
            require(walked.qids().size() == some.size(), describe(new Twalk(at, next, some)) + " gets only as far as "
                    + walked.qids().size() + " of " + some.size() + " names");
            if (at != from) {
                clunk(at);
            }
            at = next;
            first += some.size();
        } while (first < names.size());
        return at;
    }

    /** A new fid, that many names from {@link #HOME}. */
    public int walk(String... names) throws IOException {
        return walk(HOME, List.of(names));
    }

    /** Opens for reading. */
    public Rlopen open(int which) throws IOException {
        return open(which, Tlopen.RDONLY);
    }

    /** Opens with Linux' flags. */
    public Rlopen open(int which, int flags) throws IOException {
        return call(new Tlopen(which, flags), Rlopen.class);
    }

    /** Frees the fid. */
    public void clunk(int which) throws IOException {
        call(new Tclunk(which), Rclunk.class);
    }

    /** What is asked for by default. */
    public Attr attr(int which) throws IOException {
        return call(new Tgetattr(which, Attr.BASIC), Rgetattr.class).attr();
    }

    /** The qid by Tgetattr. */
    public Qid qid(int which) throws IOException {
        return attr(which).qid();
    }

    /** Whether the number stands for a file. */
    public boolean exists(int which) throws IOException {
        return call(new Tgetattr(which, Attr.BASIC)) instanceof Rgetattr;
    }

    /** One Tread; as few bytes as the server likes. */
    public byte[] read(int which, long offset, int count) throws IOException {
        Tread request = new Tread(which, offset, count);
        byte[] data = bytes(call(request, Rread.class).data());
        require(Integer.compareUnsigned(data.length, count) <= 0,
                describe(request) + " brings " + data.length + " bytes");
        return data;
    }

    private static byte[] bytes(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return bytes;
    }

    /** Reads until there are so many bytes, or the file ends. */
    public byte[] readFully(int which, long offset, int length, int count) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (all.size() < length) {
            byte[] some = read(which, offset + all.size(), Math.min(count, length - all.size()));
            if (some.length == 0) {
                break;
            }
            all.write(some);
        }
        return all.toByteArray();
    }

    /** Writes all. */
    public void write(int which, long offset, byte[] data) throws IOException {
        for (int done = 0; done < data.length;) {
            int some = Math.min(data.length - done, count());
            Twrite request = new Twrite(which, offset + done, ByteBuffer.wrap(data, done, some).slice());
            int written = call(request, Rwrite.class).count();
            require(written > 0 && written <= some, describe(request) + " is answered with count " + written);
            done += written;
        }
    }

    /** One Treaddir. */
    public List<DirectoryEntry> entries(int which, long offset, int count) throws IOException {
        Treaddir request = new Treaddir(which, offset, count);
        ByteBuffer data = call(request, Rreaddir.class).data();
        require(Integer.compareUnsigned(data.remaining(), count) <= 0,
                describe(request) + " brings " + data.remaining() + " bytes");
        return DirectoryEntries.decode(data);
    }

    /** All entries of an open directory from an offset on, so many bytes at a time, each name once. */
    public List<DirectoryEntry> list(int which, long offset, int count) throws IOException {
        List<DirectoryEntry> all = new ArrayList<>();
        for (long at = offset;;) {
            List<DirectoryEntry> some = entries(which, at, count);
            if (some.isEmpty()) {
                long names = all.stream().map(DirectoryEntry::name).distinct().count();
                require(names == all.size(), "a listing has " + all.size() + " entries, but " + names + " names");
                return all;
            }
            all.addAll(some);
            at = some.getLast().offset();
            if (all.size() > MOST_ENTRIES) {
                throw Observed.skipped("a directory with more than " + MOST_ENTRIES
                        + " entries, or whose listing does not end; name another by the URI's path");
            }
        }
    }

    /** The names, without the directory itself and its parent. */
    public static List<String> names(List<DirectoryEntry> entries) {
        return entries.stream().map(DirectoryEntry::name).filter(n -> !n.equals(".") && !n.equals("..")).toList();
    }
}
