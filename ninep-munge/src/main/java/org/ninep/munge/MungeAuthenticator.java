package org.ninep.munge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.ninep.client.AuthFile;
import org.ninep.client.Authenticator;

/**
 * Authenticates a client with MUNGE, as diod wants it: the credential is written to the afid, and the server decodes it at
 * the attach. What it does not accept it refuses there, with EPERM: another key, clocks that differ by more than the ttl, a
 * user that is not the attaching one.
 *
 * <p>
 * Each call makes a credential of its own and forgets it at once, for a credential is good for one decoding. Until it is
 * decoded or ends it is good for anybody who gets hold of it, at any server with the same key: so it is for a short time,
 * and may be for the server's user alone.
 *
 * <p>
 * An attach takes longer by the time in which the credential is made. The client's timeouts do not bound that; a
 * {@link MungeSocketBuilder#timeout} does.
 *
 * <p>
 * Thread-safe.
 */
public final class MungeAuthenticator implements Authenticator {
    /**
     * Good for 60 s, for any server. The attach follows within a moment, but the ttl is also how far the clocks of client
     * and server may differ: 300 s is munged's default, and a minute is more than hosts with synchronized clocks need.
     * {@link EncodeOptions#withAuthUid withAuthUid} narrows it to servers that run as one user.
     */
    public static final EncodeOptions DEFAULT_OPTIONS = EncodeOptions.DEFAULT.withTtl(Duration.ofMinutes(1));

    private static final byte[] NO_PAYLOAD = {};

    private final Munge munge;
    private final EncodeOptions options;

    /**
     * With the {@linkplain #DEFAULT_OPTIONS default options}.
     *
     * @param munge makes the credentials; the caller's to close
     */
    public MungeAuthenticator(Munge munge) {
        this(munge, DEFAULT_OPTIONS);
    }

    /**
     * With other options.
     *
     * @param munge makes the credentials; the caller's to close
     */
    public MungeAuthenticator(Munge munge, EncodeOptions options) {
        this.munge = munge;
        this.options = options;
    }

    /** @throws MungeException if no credential is to be had; names the server, and says what to do */
    @Override
    public void authenticate(AuthFile afid) throws IOException {
        byte[] credential = credential(afid.endpoint());
        try {
            afid.write(ByteBuffer.wrap(credential));
        } finally {
            Arrays.fill(credential, (byte) 0);
        }
    }

    @Override
    public String adviceIfRefused() {
        return "the server did not accept the MUNGE credential, and its log says why: its own munged is not running, the key"
                + " there is another, the clocks differ by more than "
                + options.ttl().orElse(MungeCodec.DEFAULT_TTL).toSeconds()
                + " s, it does not know the user, or the attach was for another user than this process's";
    }

    private byte[] credential(String endpoint) throws IOException {
        try {
            return munge.encode(options, NO_PAYLOAD);
        } catch (MungeException e) {
            throw new MungeException(e.error(),
                    endpoint + " wants authentication, and there is no MUNGE credential for it: "
                            + e.getMessage(),
                    e);
        }
    }
}
