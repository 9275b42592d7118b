package org.ninep.munge;

import java.io.IOException;

/**
 * Makes and checks credentials: MungeSocket by asking munged, MungeCodec with the key itself.
 *
 * <p>Thread-safe.
 */
public interface Munge {
    /**
     * Makes a credential of the calling process's user and group.
     *
     * @param payload carried along, may be empty; not kept
     * @return {@code MUNGE:...:} in ASCII, without a NUL at the end; good for one decoding
     * @throws MungeException if there is none to be had; says why and what to do
     */
    byte[] encode(EncodeOptions options, byte[] payload) throws IOException;

    /**
     * Checks a credential. A second time it is refused as replayed.
     *
     * @param credential ASCII; white space in it is skipped, and what follows its last colon is ignored; not kept
     * @return what it says, all of it verified
     * @throws MungeException if it must not be trusted, or cannot be checked; says why
     */
    Credential decode(byte[] credential) throws IOException;
}
