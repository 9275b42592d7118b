package org.ninep.munge;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Makes and checks credentials by asking the {@code munged} of this host over its Unix socket, as libmunge does. munged
 * knows who asks: credentials are of this process's effective user and group, and those for one user only are decoded if that
 * is this process's.
 *
 * <p>
 * Each call is one connection. A call ends within the timeout, whatever munged does, and when its thread is interrupted:
 * with an {@link InterruptedIOException}.
 *
 * <p>
 * Thread-safe.
 */
public final class MungeSocket implements Munge {
    /** Where munged listens unless it is told otherwise. */
    public static final Path DEFAULT_SOCKET = Path.of("/run/munge/munge.socket.2");

    private final Transactions munged;

    MungeSocket(Transactions munged) {
        this.munged = munged;
    }

    /** At the {@linkplain #DEFAULT_SOCKET usual socket}, unless told otherwise. */
    public static MungeSocketBuilder builder() {
        return new MungeSocketBuilder();
    }

    @Override
    public byte[] encode(EncodeOptions options, byte[] payload) throws IOException {
        if (payload.length > MungeCodec.MAX_PAYLOAD_BYTES) {
            throw tooLong("a payload of " + payload.length + " bytes", MungeCodec.MAX_PAYLOAD_BYTES);
        }
        ByteBuffer answer = ask(SocketRequests.encode(options, payload), SocketResponses.ENC_RSP);
        try {
            return SocketResponses.encoded(munged.who(), answer);
        } finally {
            wipe(answer);
        }
    }

    @Override
    public Credential decode(byte[] credential) throws IOException {
        if (credential.length > MungeCodec.MAX_CREDENTIAL_BYTES) {
            throw tooLong("a credential of " + credential.length + " bytes", MungeCodec.MAX_CREDENTIAL_BYTES);
        }
        ByteBuffer answer = ask(SocketRequests.decode(credential), SocketResponses.DEC_RSP);
        try {
            return SocketResponses.decoded(munged.who(), answer);
        } finally {
            wipe(answer);
        }
    }

    private ByteBuffer ask(ByteBuffer request, byte expected) throws IOException {
        try {
            return munged.ask(request, expected);
        } finally {
            wipe(request);
        }
    }

    private static void wipe(ByteBuffer buffer) {
        buffer.clear().put(new byte[buffer.capacity()]);
    }

    private static MungeException tooLong(String what, int longest) {
        return new MungeException(MungeError.BAD_LENGTH,
                what + " is too long for munged, which takes at most " + longest);
    }

    @Override
    public String toString() {
        return munged.who();
    }
}
