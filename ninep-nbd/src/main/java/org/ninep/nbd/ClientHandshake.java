package org.ninep.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.ninep.nbd.NbdConstants.*;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of the negotiation, against any fixed newstyle server, within a time limit.
 *
 * <p>Confined to one thread.
 */
final class ClientHandshake {

    /** What is agreed. */
    record Agreement(
            long size,
            int flags,
            @Nullable String name,
            @Nullable String description,
            int minimumBlockSize,
            int preferredBlockSize,
            int maximumBlockSize) {}

    /** Longer answers to an option are no answers. */
    private static final int MAX_REPLY_DATA = 1 << 20;

    private record Answer(int type, ByteBuffer data) {}

    private final SocketChannel channel;
    private final Selector selector;
    private final String server;
    private final long deadline;

    /** For a channel that is non-blocking and registered with the selector, connected or about to be. */
    ClientHandshake(SocketChannel channel, Selector selector, String server, Duration timeout) {
        this.channel = channel;
        this.selector = selector;
        this.server = server;
        deadline = System.nanoTime() + timeout.toNanos();
    }

    /** Waits for the connection and exchanges flags. */
    void begin() throws IOException {
        while (!channel.finishConnect()) {
            await(SelectionKey.OP_CONNECT);
        }
        ByteBuffer greeting = receive(18);
        if (greeting.getLong() != NBDMAGIC || greeting.getLong() != IHAVEOPT) {
            throw broken("is no newstyle NBD server");
        }
        int flags = greeting.getShort();
        if ((flags & NBD_FLAG_FIXED_NEWSTYLE) == 0) {
            throw broken("does not know fixed newstyle negotiation");
        }
        send(ByteBuffer.allocate(4)
                .putInt(NBD_FLAG_C_FIXED_NEWSTYLE | (flags & NBD_FLAG_NO_ZEROES))
                .flip());
    }

    /** NBD_OPT_GO: opens an export. */
    Agreement go(String export) throws IOException {
        byte[] name = export.getBytes(UTF_8);
        sendOption(NBD_OPT_GO, ByteBuffer.allocate(12 + name.length)
                .putInt(name.length)
                .put(name)
                .putShort((short) 3)
                .putShort((short) NBD_INFO_NAME)
                .putShort((short) NBD_INFO_DESCRIPTION)
                .putShort((short) NBD_INFO_BLOCK_SIZE)
                .flip());
        Agreement agreement = new Agreement(-1, 0, null, null, 1, PREFERRED_BLOCK_SIZE, MAX_BLOCK_SIZE);
        while (true) {
            Answer answer = answerTo(NBD_OPT_GO);
            if (answer.type == NBD_REP_ACK && agreement.size >= 0) {
                return agreement;
            } else if (answer.type == NBD_REP_INFO && answer.data.remaining() >= Short.BYTES) {
                agreement = with(agreement, answer.data);
            } else if (answer.type < 0) {
                throw refused("to open export \"" + export + "\"", answer);
            } else {
                throw broken("answered NBD_OPT_GO with reply type " + answer.type);
            }
        }
    }

    private Agreement with(Agreement a, ByteBuffer data) throws IOException {
        int item = data.getShort();
        int expected = item == NBD_INFO_EXPORT ? 10 : item == NBD_INFO_BLOCK_SIZE ? 12 : data.remaining();
        if (data.remaining() != expected) {
            throw broken("sent information item " + item + " of " + data.remaining() + " bytes");
        }
        return switch (item) {
            case NBD_INFO_EXPORT ->
                new Agreement(data.getLong(), data.getShort() & 0xffff, a.name, a.description, a.minimumBlockSize,
                        a.preferredBlockSize, a.maximumBlockSize);
            case NBD_INFO_NAME ->
                new Agreement(a.size, a.flags, UTF_8.decode(data).toString(), a.description, a.minimumBlockSize,
                        a.preferredBlockSize, a.maximumBlockSize);
            case NBD_INFO_DESCRIPTION ->
                new Agreement(a.size, a.flags, a.name, UTF_8.decode(data).toString(), a.minimumBlockSize,
                        a.preferredBlockSize, a.maximumBlockSize);
            case NBD_INFO_BLOCK_SIZE ->
                new Agreement(a.size, a.flags, a.name, a.description, data.getInt(), data.getInt(), data.getInt());
            default -> a;
        };
    }

    /** NBD_OPT_LIST, and NBD_OPT_ABORT after it. */
    List<NbdClient.Listed> list() throws IOException {
        sendOption(NBD_OPT_LIST, ByteBuffer.allocate(0));
        List<NbdClient.Listed> listed = new ArrayList<>();
        for (Answer answer = answerTo(NBD_OPT_LIST); answer.type != NBD_REP_ACK; answer = answerTo(NBD_OPT_LIST)) {
            if (answer.type < 0) {
                throw refused("to list its exports", answer);
            }
            ByteBuffer data = answer.data;
            int length = data.remaining() < Integer.BYTES ? -1 : data.getInt();
            if (answer.type != NBD_REP_SERVER || length < 0 || length > data.remaining()) {
                throw broken("sent a malformed list of exports");
            }
            String name = UTF_8.decode(data.slice(data.position(), length)).toString();
            data.position(data.position() + length);
            listed.add(new NbdClient.Listed(name, UTF_8.decode(data).toString()));
        }
        sendOption(NBD_OPT_ABORT, ByteBuffer.allocate(0));
        return listed;
    }

    private void sendOption(int option, ByteBuffer data) throws IOException {
        send(ByteBuffer.allocate(OPTION_HEADER_SIZE + data.remaining())
                .putLong(IHAVEOPT)
                .putInt(option)
                .putInt(data.remaining())
                .put(data)
                .flip());
    }

    private Answer answerTo(int option) throws IOException {
        ByteBuffer header = receive(OPTION_REPLY_HEADER_SIZE);
        long magic = header.getLong();
        int answered = header.getInt();
        int type = header.getInt();
        int length = header.getInt();
        if (magic != NBD_OPT_REPLY_MAGIC || answered != option || length < 0 || length > MAX_REPLY_DATA) {
            throw broken("sent a malformed reply to option " + option);
        }
        return new Answer(type, receive(length));
    }

    private void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    private ByteBuffer receive(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            int read = channel.read(bytes);
            if (read < 0) {
                throw new EOFException("the NBD server at " + server + " hung up during the handshake");
            } else if (read == 0) {
                await(SelectionKey.OP_READ);
            }
        }
        return bytes.flip();
    }

    private void await(int operations) throws IOException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("the NBD server at " + server + " did not finish the handshake in time");
        }
        Objects.requireNonNull(channel.keyFor(selector)).interestOps(operations);
        selector.select(TimeUnit.NANOSECONDS.toMillis(left) + 1);
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while connecting to the NBD server at " + server);
        }
    }

    private IOException broken(String how) {
        return new IOException("what answers at " + server + " " + how);
    }

    private IOException refused(String what, Answer answer) {
        String why = switch (answer.type) {
            case NBD_REP_ERR_UNSUP -> "it does not know the option";
            case NBD_REP_ERR_UNKNOWN -> "there is no such export";
            default -> "error " + (answer.type & Integer.MAX_VALUE);
        };
        String said = answer.data.hasRemaining() ? " (" + UTF_8.decode(answer.data) + ")" : "";
        return new IOException("the NBD server at " + server + " refuses " + what + ": " + why + said);
    }
}
