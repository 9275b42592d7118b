package org.ninep.nbd;

import static org.ninep.nbd.NbdConstants.*;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a client sends: the handshake is the same however its bytes come in pieces; each request is answered once at most,
 * with its cookie and, if it succeeded, the device's bytes; the server ends the connection, gives back its memory, and still
 * serves another client.
 *
 * <p>
 * An input is {@code how[1] rest}: a handshake in pieces of {@code how >> 2} bytes, a handshake with a server, or what follows
 * a handshake that was right, as it is or as {@code which[1] field[1]...} of requests.
 */
public final class NbdFuzz {
    private static final int WAIT_MILLIS = 60_000;
    private static final int MOST_REQUESTS = 60;
    private static final int REQUEST_BYTES = 28;
    private static final MemoryDevice DEVICE = new MemoryDevice(100_000);
    private static final long[] NUMBERS = {0, 1, 511, 512, 4096, 65536, 99_999, 100_000, 100_001, 33_554_432,
            33_554_433,
            0x7fffffffL, 0x80000000L, 0xffffffffL, Long.MAX_VALUE, Long.MIN_VALUE, -1, -512};

    private static @Nullable NbdServer server;
    private static @Nullable RawClient witness;

    private NbdFuzz() {}

    private static NbdServer server() throws IOException {
        NbdServer there = server;
        if (there == null) {
            there = NbdServer.builder().listen(RawClient.loopback()).export(new Export("disk", DEVICE)).start();
            server = there;
            witness = RawClient.transmitting(there.addresses().getFirst(), "disk");
        }
        return there;
    }

    /** Called by the fuzzer at its end. */
    public static void fuzzerTearDown() throws IOException {
        try (NbdServer _ = server; RawClient _ = witness) {
            server = null;
            witness = null;
        }
    }

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(input, 1, input.length);
        try {
            switch (input[0] & 3) {
                case 0 -> handshake(rest, Math.max(1, (input[0] & 0xff) >> 2));
                case 1 -> session(rest);
                case 2 -> transmission(rest);
                default -> transmission(requests(ByteBuffer.wrap(rest)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Notes what a handshake leads to. */
    private static final class Noted implements Handshake.Outcome {
        private final List<ByteBuffer> replies = new ArrayList<>();
        private final List<String> ends = new ArrayList<>();

        @Override
        public void reply(ByteBuffer bytes) {
            replies.add(bytes);
        }

        @Override
        public void transmit(Export export) {
            ends.add("transmit " + export.name());
        }

        @Override
        public void leave() {
            ends.add("leave");
        }

        @Override
        public void cutOff(String why) {
            ends.add("cut off: " + why);
        }

        private boolean isOver() {
            return !ends.isEmpty();
        }
    }

    private static void handshake(byte[] bytes, int piece) {
        Noted whole = shake(bytes, Math.max(1, bytes.length));
        Noted pieces = shake(bytes, piece);
        check(whole.replies.equals(pieces.replies), "other replies when it comes in pieces of " + piece);
        check(whole.ends.equals(pieces.ends), "another end when it comes in pieces of " + piece);
        check(whole.ends.size() <= 1, "ended twice");
        check(whole.replies.size() <= Handshake.MAX_OPTIONS + 1, "more replies than there may be options");
    }

    private static Noted shake(byte[] bytes, int piece) {
        Noted noted = new Noted();
        Handshake handshake = new Handshake(new ExportTable(List.of(new Export("disk", DEVICE))), noted);
        ByteBuffer arrived = ByteBuffer.wrap(bytes).limit(0);
        while (arrived.limit() < bytes.length) {
            arrived.limit(Math.min(bytes.length, arrived.limit() + piece));
            while (!noted.isOver() && handshake.step(arrived)) {
                check(arrived.position() <= arrived.limit(), "read beyond what came");
            }
        }
        return noted;
    }

    private static void session(byte[] bytes) throws IOException {
        try (RawClient client = new RawClient(server().addresses().getFirst())) {
            if (sent(client, bytes)) {
                client.drainUntilClosed();
            }
        }
        serves();
    }

    private static boolean sent(RawClient client, byte[] bytes) throws IOException {
        try {
            client.send(bytes);
            client.shutdownOutput();
            return true;
        } catch (SocketException cutOff) {
            return false;
        }
    }

    /** Sends requests behind a handshake that is right, and holds each reply against the request of its cookie. */
    private static void transmission(byte[] bytes) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(server().addresses().getFirst(), WAIT_MILLIS);
            socket.setSoTimeout(WAIT_MILLIS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] name = "disk".getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream().write(ByteBuffer.allocate(20 + name.length).putInt(3).putLong(IHAVEOPT)
                    .putInt(NBD_OPT_EXPORT_NAME).putInt(name.length).put(name).array());
            in.readNBytes(18 + 10);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            takeReplies(in, asked(bytes));
        } catch (SocketException cutOff) {
            check(!String.valueOf(cutOff.getMessage()).isEmpty(), "no reason");
        }
        serves();
    }

    /** The requests, up to the first that is none; a write's data follows it. */
    private static List<ByteBuffer> asked(byte[] bytes) {
        List<ByteBuffer> requests = new ArrayList<>();
        for (long at = 0; at + REQUEST_BYTES <= bytes.length;) {
            ByteBuffer request = ByteBuffer.wrap(bytes, (int) at, REQUEST_BYTES).slice();
            boolean data = request.getShort(6) == NBD_CMD_WRITE;
            at += REQUEST_BYTES + (data ? Integer.toUnsignedLong(request.getInt(24)) : 0);
            if (request.getInt(0) != NBD_REQUEST_MAGIC) {
                break;
            }
            requests.add(request);
        }
        return requests;
    }

    private static void takeReplies(DataInputStream in, List<ByteBuffer> asked) throws IOException {
        byte[] header = new byte[16];
        while (in.readNBytes(header, 0, header.length) == header.length) {
            ByteBuffer reply = ByteBuffer.wrap(header);
            check(reply.getInt() == NBD_SIMPLE_REPLY_MAGIC, "no reply");
            int error = reply.getInt();
            long cookie = reply.getLong();
            int which = 0;
            while (which < asked.size() && asked.get(which).getLong(8) != cookie) {
                which++;
            }
            check(which < asked.size(), "a reply to cookie " + cookie + ", which nobody waits for");
            ByteBuffer request = asked.remove(which);
            if (error == NBD_SUCCESS && request.getShort(6) == NBD_CMD_READ) {
                byte[] data = new byte[request.getInt(24)];
                if (in.readNBytes(data, 0, data.length) < data.length) {
                    throw new EOFException("a reply was cut off");
                }
                check(Arrays.equals(data, DEVICE.content(request.getLong(16), data.length)), "other bytes");
            }
        }
    }

    private static void serves() throws IOException {
        RawClient other = witness;
        if (other != null) {
            other.read(77, 1000, 500);
            other.expectReply(NBD_SUCCESS, 77);
            check(Arrays.equals(DEVICE.content(1000, 500), other.receive(500)), "other bytes for the other client");
        }
    }

    /** Requests with cookies of their own, whose fields are apt to be wrong. */
    private static byte[] requests(ByteBuffer in) {
        ByteBuffer out = ByteBuffer.allocate(MOST_REQUESTS * REQUEST_BYTES);
        for (int i = 0; i < MOST_REQUESTS && in.hasRemaining(); i++) {
            int which = next(in);
            out.putInt(which == 0xff ? next(in) : NBD_REQUEST_MAGIC).putShort((short) (which >> 6 == 3 ? next(in) : 0))
                    .putShort((short) ((which & 7) < 5 ? NBD_CMD_READ : next(in))).putLong(i).putLong(number(in))
                    .putInt((int) number(in));
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private static int next(ByteBuffer in) {
        return in.hasRemaining() ? in.get() & 0xff : 0;
    }

    private static long number(ByteBuffer in) {
        return NUMBERS[next(in) % NUMBERS.length];
    }

    private static void check(boolean right, String otherwise) {
        if (!right) {
            throw new AssertionError(otherwise);
        }
    }
}
