package org.ninep.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** A client that says exactly what the test wants, byte by byte, and waits at most ten seconds for an answer. */
final class RawClient implements AutoCloseable {

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    RawClient(SocketAddress server) throws IOException {
        this(server, 0);
    }

    RawClient(SocketAddress server, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(server, 60_000);
        socket.setSoTimeout(60_000);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** A client that has finished its handshake. */
    static RawClient transmitting(SocketAddress server, String export) throws IOException {
        return transmitting(server, export, 0);
    }

    static RawClient transmitting(SocketAddress server, String export, int receiveBuffer) throws IOException {
        RawClient client = new RawClient(server, receiveBuffer);
        client.receive(18);
        client.send("00000003");
        client.option(NbdConstants.NBD_OPT_EXPORT_NAME, export.getBytes(UTF_8));
        client.receive(10);
        return client;
    }

    void send(String hex) throws IOException {
        send(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    void option(int option, byte[] data) throws IOException {
        send(ByteBuffer.allocate(16 + data.length)
                .putLong(NbdConstants.IHAVEOPT)
                .putInt(option)
                .putInt(data.length)
                .put(data)
                .array());
    }

    /** Reads an option's reply, checks what it answers, and gives its type and data. */
    OptionAnswer answerTo(int option) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(receive(20));
        assertEquals(NbdConstants.NBD_OPT_REPLY_MAGIC, header.getLong());
        assertEquals(option, header.getInt());
        int type = header.getInt();
        return new OptionAnswer(type, ByteBuffer.wrap(receive(header.getInt())));
    }

    record OptionAnswer(int type, ByteBuffer data) {}

    static byte[] request(int flags, int type, long cookie, long offset, int length) {
        return ByteBuffer.allocate(28)
                .putInt(NbdConstants.NBD_REQUEST_MAGIC)
                .putShort((short) flags)
                .putShort((short) type)
                .putLong(cookie)
                .putLong(offset)
                .putInt(length)
                .array();
    }

    void read(long cookie, long offset, int length) throws IOException {
        send(request(0, NbdConstants.NBD_CMD_READ, cookie, offset, length));
    }

    byte[] receive(int count) throws IOException {
        byte[] bytes = new byte[count];
        in.readFully(bytes);
        return bytes;
    }

    /** Expects a simple reply with this error and cookie. */
    void expectReply(int error, long cookie) throws IOException {
        ByteBuffer reply = ByteBuffer.wrap(receive(16));
        assertEquals(NbdConstants.NBD_SIMPLE_REPLY_MAGIC, reply.getInt());
        assertEquals(error, reply.getInt(), "error");
        assertEquals(cookie, reply.getLong(), "cookie");
    }

    void expect(String hex) throws IOException {
        String wanted = hex.replaceAll("\\s", "");
        assertEquals(wanted, HexFormat.of().formatHex(receive(wanted.length() / 2)));
    }

    /** Expects that the server closes the connection, having said nothing more. */
    void expectClosed() throws IOException {
        int read;
        try {
            read = in.read();
        } catch (SocketException reset) {
            read = -1;
        }
        assertEquals(-1, read, "the connection should be closed");
    }

    /** Reads whatever still comes until the server closes the connection. */
    void drainUntilClosed() throws IOException {
        byte[] some = new byte[1 << 16];
        try {
            while (in.read(some) >= 0) {
                // On to the end.
            }
        } catch (SocketException reset) {
            assertNotNull(reset.getMessage());
        }
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Vanishes with an RST. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
