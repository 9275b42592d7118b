package org.ninep.munge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
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
 * It lets in nobody twice with the same credential, whatever decodes it: munged itself accepts one again when it has been
 * restarted, and when it is told that an answer was lost. Credentials that it took are kept until they end, 262144 of them
 * at most, some 30 MB, and at most 65536 of one user's; when there is no room, new ones are refused. However long a credential
 * says that it is good, to this verifier it is for {@link #DEFAULT_MAX_TTL}, or what it is told, so that none takes room for
 * longer. Verifiers do not know of each other: keep one in a process.
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

    /** How long a credential is good from when it was made, where it says more itself: what munged gives one by default. */
    public static final Duration DEFAULT_MAX_TTL = Duration.ofMinutes(5);

    private static final int NO_USER = -1;
    private static final String HERE = "9P server";

    private final Munge munge;
    private final Duration maxTtl;
    private final ReplayStore replays;

    /** @param munge decodes the credentials; the caller's to close */
    public MungeVerifier(Munge munge) {
        this(munge, DEFAULT_MAX_TTL);
    }

    /**
     * With another bound.
     *
     * @param munge decodes the credentials; the caller's to close
     * @param maxTtl in whole seconds from 1 to 3600: the clocks of clients may be behind by no more than that
     */
    public MungeVerifier(Munge munge, Duration maxTtl) {
        this(munge, maxTtl, new ReplayStore(ReplayStore.DEFAULT_CAPACITY));
    }

    MungeVerifier(Munge munge, Duration maxTtl, ReplayStore replays) {
        EncodeOptions.checkTtl(maxTtl);
        this.munge = munge;
        this.maxTtl = maxTtl;
        this.replays = replays;
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
        byte[] mac = mac(written);
        Credential credential = munge.decode(written);
        Duration ttl = credential.ttl().compareTo(maxTtl) < 0 ? credential.ttl() : maxTtl;
        Refusals.requireGood(HERE, credential, ttl);
        replays.use(HERE, mac, credential, ttl);
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

    /** What tells a credential from others, in however many ways its text can be written. */
    private static byte[] mac(byte[] written) throws MungeException {
        ByteBuffer whole = ByteBuffer.wrap(Armor.open(written));
        try {
            return Outer.decode(whole).decodeMac(whole);
        } finally {
            Arrays.fill(whole.array(), (byte) 0);
        }
    }
}
