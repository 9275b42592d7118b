package org.ninep.server;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ninep.codec.Codec;
import org.ninep.codec.Frame;
import org.ninep.codec.Names;
import org.ninep.message.Protocol;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;

/**
 * Makes what a client sends out of an input, so that most of it is understood: an attach, then requests that name fids and
 * files that may be there, with numbers that are apt to be wrong, and now and then bytes as they are.
 *
 * <pre>
 * options[1]                       bits 0 to 2 the tree, 3 whether there is an opening, 4 and 5 the msize, 7 how it ends
 * request[1] tag[1] field[1]...    a field is an index, or says how many of the next bytes are the value
 * </pre>
 *
 * <p>
 * Confined to one thread.
 */
final class SessionFuzzGrammar {
    static final List<String> TREES = List.of("rw", "places", "ro", "memory", "closed", "closed-rw", "ctl", "nothing");
    /** A pipe takes that much, whether somebody reads or not. */
    private static final int MOST_BYTES = 48 << 10;
    private static final int MOST_REQUESTS = 200;
    private static final int[] MSIZES = {4096, 8192, 8216, 1 << 20};
    private static final List<String> NAMES = List.of("file", "dir", "deep", "hard", "fifo", "out-file", "out-dir",
            "out-absolute", "up", "loop", "new", "other", "..", ".", "", "/", "a/b", "../outside", "\0", "\udcff",
            "e\nx",
            "n".repeat(255), "n".repeat(256), "outside", "export", "secret", "hello", "link", "a", "b", "user.a",
            "user.b", "security.a", "system.posix_acl_access", "clients", "zero", "connections");
    private static final long[] NUMBERS = {0, 1, 2, 3, 4, 7, 8, 11, 23, 24, 100, 512, 4095, 4096, 8168, 8192, 65535,
            65536,
            1 << 20, Integer.MAX_VALUE, 0x80000000L, 0xffffffffL, 0xfffffff0L, 0xffffffe8L, 1L << 32, Long.MAX_VALUE,
            Long.MIN_VALUE, -1, -24, Long.MAX_VALUE - 1, 0x40, 0x42, 0xc2, 0x200, 0x241, 0x400, 0x10000, 0x1ff, 0100644,
            0040755, 0120777, 0010644, 0020644, 0060644, 0140755, 06755};
    private static final int RAW = 200;

    private final ByteBuffer in;
    private final ByteBuffer out = ByteBuffer.allocate(MOST_BYTES * 2).order(ByteOrder.LITTLE_ENDIAN);
    private final String tree;
    private final boolean endsInOrder;
    private boolean whole = true;

    SessionFuzzGrammar(byte[] input) {
        in = ByteBuffer.wrap(input);
        int options = next();
        tree = TREES.get(options & 7);
        endsInOrder = (options & 0x80) != 0;
        if ((options & 8) == 0) {
            put(Protocol.NOTAG, new Tversion(MSIZES[options >> 4 & 3], Protocol.VERSION_9P2000_L));
            put(0, new Tattach(0, Protocol.NOFID, "", tree, 0));
            put(0, new Twalk(0, 1, List.of("dir")));
            put(0, new Twalk(0, 2, List.of("file")));
        }
        for (int i = 0; i < MOST_REQUESTS && in.hasRemaining() && out.position() < MOST_BYTES; i++) {
            step();
        }
        if (endsInOrder && whole) {
            put(Protocol.NOTAG, new Tversion(8192, Protocol.VERSION_9P2000_L));
        }
        out.flip();
    }

    /** All that the client sends. */
    ByteBuffer bytes() {
        return out;
    }

    /** Whether a Tversion stands at the end, which is answered last if the protocol was kept to. */
    boolean endsInOrder() {
        return endsInOrder && whole;
    }

    private int next() {
        return in.hasRemaining() ? in.get() & 0xff : 0;
    }

    private long raw(int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | next();
        }
        return value;
    }

    private long u64() {
        int which = next();
        return which < RAW ? NUMBERS[which % NUMBERS.length] : raw(8);
    }

    private int u32() {
        int which = next();
        return which < RAW ? (int) NUMBERS[which % NUMBERS.length] : (int) raw(4);
    }

    private int fid() {
        int which = next();
        return which < RAW ? which % 8 : (which & 1) == 0 ? Protocol.NOFID : (int) raw(4);
    }

    private String name() {
        int which = next();
        return which < RAW ? NAMES.get(which % NAMES.size()) : Names.decode(some(which - RAW));
    }

    private byte[] some(int most) {
        byte[] bytes = new byte[Math.min(most, in.remaining())];
        in.get(bytes);
        return bytes;
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        for (int count = next() % (Protocol.MAXWELEM + 1); count > 0; count--) {
            names.add(name());
        }
        return names;
    }

    private Timespec time() {
        return new Timespec(u64(), u64());
    }

    private void put(int tag, Tmessage request) {
        out.put(Codec.encode(new Frame<>(tag, request))).put(Codec.payload(request));
    }

    private void step() {
        int what = next();
        int tag = next() & 7;
        switch (what) {
            case 250, 251 -> rawFrame(tag);
            case 252 -> {
                out.put(some(next()));
                whole = false;
            }
            case 253, 254, 255 -> damaged(tag);
            default -> request(what, tag);
        }
    }

    /** Any type and any body behind a size that is right. */
    private void rawFrame(int tag) {
        int type = next();
        byte[] body = some(next());
        out.putInt(Protocol.HEADER_BYTES + body.length).put((byte) type).putShort((short) tag).put(body);
    }

    /** A request, or several, of which one byte is another. */
    private void damaged(int tag) {
        int frame = out.position();
        request(next(), tag);
        int at = frame + next() % (out.position() - frame);
        while (at >= frame + out.getInt(frame)) {
            frame += out.getInt(frame);
        }
        out.put(at, (byte) next());
        whole &= at >= frame + Integer.BYTES;
    }

    private void request(int what, int tag) {
        switch (what % 40) {
            case 28 -> openAt(tag, name(), u32());
            case 29 -> {
                put(tag, new Tauth(fid(), name(), TREES.get(next() % TREES.size()), u32()));
                put(tag, new Twrite(fid(), 0, ByteBuffer.wrap(some(next() % 16))));
                put(tag, new Tattach(fid(), fid(), name(), TREES.get(next() % TREES.size()), u32()));
            }
            case 30 -> {
                int fid = fid();
                put(tag, new Txattrcreate(fid, "user." + name(), next(), u32()));
                put(tag, new Twrite(fid, 0, ByteBuffer.wrap(some(next()))));
                put(tag, new Tclunk(fid));
            }
            case 31 -> put(Protocol.NOTAG, new Tversion(u32(), Protocol.VERSION_9P2000_L));
            default -> put(tag, any(what % 40));
        }
    }

    /** Walks to a file and opens it: what a client mostly does first. */
    private void openAt(int tag, String name, int flags) {
        int from = fid();
        int to = fid();
        put(tag, new Twalk(from, to, List.of(name)));
        put(tag, new Tlopen(to, flags));
    }

    private Tmessage any(int which) {
        return switch (which) {
            case 0 -> new Tversion(u32(), next() < RAW ? Protocol.VERSION_9P2000_L : name());
            case 1 -> new Tauth(fid(), name(), TREES.get(next() % TREES.size()), u32());
            case 2 -> new Tattach(fid(), fid(), name(), TREES.get(next() % TREES.size()), u32());
            case 3 -> new Tflush(next());
            case 4, 32, 33 -> new Twalk(fid(), fid(), names());
            case 5, 34 -> new Tread(fid(), u64(), u32());
            case 6, 35 -> new Twrite(fid(), u64(), ByteBuffer.wrap(some(next())));
            case 7, 36 -> new Tclunk(fid());
            case 8 -> new Tremove(fid());
            case 9 -> new Tstatfs(fid());
            case 10, 37 -> new Tlopen(fid(), u32());
            case 11, 38 -> new Tlcreate(fid(), name(), u32(), u32(), u32());
            case 12 -> new Tsymlink(fid(), name(), name(), u32());
            case 13 -> new Tmknod(fid(), name(), u32(), u32(), u32(), u32());
            case 14 -> new Trename(fid(), fid(), name());
            case 15 -> new Treadlink(fid());
            case 16 -> new Tgetattr(fid(), u64());
            case 17, 39 -> new Tsetattr(fid(), u32(), u32(), u32(), u32(), u64(), time(), time());
            case 18 -> new Txattrwalk(fid(), fid(), name());
            case 19 -> new Txattrcreate(fid(), name(), u64(), u32());
            case 20 -> new Treaddir(fid(), u64(), u32());
            case 21 -> new Tfsync(fid(), u32());
            case 22 -> new Tlock(fid(), next(), u32(), u64(), u64(), u32(), name());
            case 23 -> new Tgetlock(fid(), next(), u64(), u64(), u32(), name());
            case 24 -> new Tlink(fid(), fid(), name());
            case 25 -> new Tmkdir(fid(), name(), u32(), u32());
            case 26 -> new Trenameat(fid(), name(), fid(), name());
            default -> new Tunlinkat(fid(), name(), u32());
        };
    }

    @Override
    public String toString() {
        return tree + " " + Arrays.toString(in.array());
    }
}
