package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ninep.codec.Codec;
import org.ninep.codec.DirectoryEntries;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.*;

/**
 * Holds what a server answers against what it was asked: each reply belongs to a request that is still unanswered, is of its
 * kind, and of no more bytes than were agreed on.
 *
 * <p>
 * Confined to one thread.
 */
final class SessionFuzzReplies {
    private static final int RLERROR = 7;
    private static final int LARGEST_UNVERSIONED = 8192;

    private final ByteBuffer in = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    private final byte[] marker;
    private final Set<Long> outside;
    /** The types of requests that were sent and not answered, by their tags. */
    private final Map<Integer, List<Integer>> unanswered = new HashMap<>();
    private int largest = LARGEST_UNVERSIONED;
    private int requests;
    private boolean changed;
    private @Nullable Rmessage last;

    /**
     * @param marker bytes that stand in every secret
     * @param outside the inodes of what is not in the export
     */
    SessionFuzzReplies(byte[] marker, Set<Long> outside) {
        this.marker = marker;
        this.outside = outside;
    }

    /** How many requests there are in what is sent. */
    int requests() {
        return requests;
    }

    /** Whether anything was answered that may have changed a tree. */
    boolean changed() {
        return changed;
    }

    /** The last reply. */
    @Nullable
    Rmessage last() {
        return last;
    }

    /** Notes the frames that are sent, up to the first that is none. */
    void expect(ByteBuffer sent) {
        for (int at = 0; sent.limit() - at >= Protocol.HEADER_BYTES;) {
            long size = Integer.toUnsignedLong(sent.getInt(at));
            if (size < Protocol.HEADER_BYTES || size > sent.limit() - at) {
                return;
            }
            unanswered.computeIfAbsent(sent.getShort(at + 5) & 0xffff, _ -> new ArrayList<>())
                    .add(sent.get(at + 4) & 0xff);
            requests++;
            at += (int) size;
        }
    }

    /** Reads until the server closes the connection. */
    void readAll(ReadableByteChannel source) throws IOException {
        while (source.read(in) >= 0) {
            in.flip();
            while (in.remaining() >= Integer.BYTES && takeOne()) {
                // all that came
            }
            in.compact();
        }
        check(in.position() == 0 || in.position() < Integer.BYTES || in.position() < in.getInt(0),
                () -> "a whole frame was left");
    }

    private boolean takeOne() throws IOException {
        int size = in.getInt(in.position());
        check(size >= Protocol.HEADER_BYTES && size <= largest,
                () -> "a reply of " + size + " bytes, " + largest + " were agreed on");
        if (in.remaining() < size) {
            return false;
        }
        ByteBuffer frame = in.slice(in.position(), size).order(ByteOrder.LITTLE_ENDIAN);
        in.position(in.position() + size);
        refuseSecrets(frame);
        answered(frame.getShort(5) & 0xffff, frame.get(4) & 0xff);
        Rmessage reply = Codec.decodeReply(frame).message();
        look(reply);
        last = reply;
        return true;
    }

    private void answered(int tag, int type) {
        List<Integer> waiting = unanswered.getOrDefault(tag, List.of());
        int which = type == RLERROR ? 0 : waiting.indexOf(type - 1);
        boolean right = which >= 0 && which < waiting.size();
        if (right) {
            waiting.subList(which, which + 1).clear();
        }
        check(right, () -> "a reply of type " + type + " to tag " + tag + ", where " + waiting + " wait");
    }

    private void refuseSecrets(ByteBuffer frame) {
        for (int at = 0; at <= frame.limit() - marker.length; at++) {
            if (frame.get(at) == marker[0] && frame.slice(at, marker.length).equals(ByteBuffer.wrap(marker))) {
                throw new AssertionError("a reply of type " + (frame.get(4) & 0xff) + " has what lies outside");
            }
        }
    }

    private void look(Rmessage reply) throws IOException {
        switch (reply) {
            case Rversion m -> largest = m.version().equals(Protocol.VERSION_UNKNOWN) ? LARGEST_UNVERSIONED : m.msize();
            case Rwalk m -> m.qids().forEach(this::refuseOutside);
            case Rattach m -> refuseOutside(m.qid());
            case Rlopen m -> refuseOutside(m.qid());
            case Rgetattr m -> refuseOutside(m.attr().qid());
            case Rreaddir m -> {
                for (DirectoryEntry entry : DirectoryEntries.decode(m.data())) {
                    check(!entry.name().isEmpty() && entry.name().indexOf('/') < 0, () -> "an entry without a name");
                    check(entry.name().equals("..") || !outside.contains(entry.qid().path()),
                            () -> "an entry of what lies outside");
                }
            }
            default -> {
                // has nothing to look at
            }
        }
        changed |= !(reply instanceof Rlerror || reply instanceof Rversion || reply instanceof Rwalk
                || reply instanceof Rattach || reply instanceof Rgetattr || reply instanceof Rread
                || reply instanceof Rflush);
    }

    private void refuseOutside(Qid qid) {
        check(!outside.contains(qid.path()), () -> "a qid of what lies outside");
    }

    static void check(boolean right, Supplier<String> otherwise) {
        if (!right) {
            throw new AssertionError(otherwise.get());
        }
    }
}
