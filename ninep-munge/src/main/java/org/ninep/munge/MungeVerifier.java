package org.ninep.munge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.ninep.server.Verifier;

/**
 * Verifies what clients write to their afids: the server half of authentication with MUNGE, as diod does it. The server lets
 * in the user whom a credential proves, and nobody else.
 *
 * <pre>{@code
 * Server.builder().authentication(new MungeVerifier(MungeSocket.builder().build())).export(...)
 * }</pre>
 *
 * <p>
 * It blocks while munged is asked.
 *
 * <p>
 * Thread-safe.
 */
public final class MungeVerifier implements Verifier {
    /**
     * The most bytes that a server should take on an afid. A credential without payload has less than 600, whatever made
     * it.
     */
    public static final int MAX_CREDENTIAL_BYTES = 4096;

    private static final int NO_USER = -1;

    private final Munge munge;

    /** @param munge decodes the credentials; the caller's to close */
    public MungeVerifier(Munge munge) {
        this.munge = munge;
    }

    @Override
    public int maxBytes() {
        return MAX_CREDENTIAL_BYTES;
    }

    /**
     * Decodes a credential, which is then used up.
     *
     * @return the user's number, unsigned; never that of "no user", 2^32 - 1
     * @throws MungeException if it proves nobody; says why, for the server's log and not for the client
     */
    @Override
    public int verify(Claim claim, ByteBuffer credential) throws IOException {
        byte[] written = new byte[credential.remaining()];
        credential.get(written);
        try {
            return verify(written);
        } finally {
            Arrays.fill(written, (byte) 0);
        }
    }

    private int verify(byte[] written) throws IOException {
        if (written.length == 0) {
            throw new MungeException(MungeError.BAD_CRED, "the client wrote no credential");
        }
        if (written.length > MAX_CREDENTIAL_BYTES) {
            throw new MungeException(MungeError.BAD_LENGTH, "the client wrote " + written.length
                    + " bytes, and a credential has at most " + MAX_CREDENTIAL_BYTES);
        }
        Credential credential = munge.decode(written);
        int payload = credential.payload().remaining();
        if (payload != 0) {
            throw new MungeException(MungeError.BAD_CRED, "the " + credential + " carries " + payload
                    + " bytes of payload: it was made for another purpose than 9P");
        }
        if (credential.uid() == NO_USER) {
            throw new MungeException(MungeError.BAD_CRED, "the " + credential + " is of no user");
        }
        return credential.uid();
    }
}
