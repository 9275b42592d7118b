package org.ninep.client;

import java.io.IOException;

/**
 * Convinces a server of who the client is, before it attaches (Tauth, attach(5)). It is asked anew for every attach, and
 * not at all where the server says that no authentication is needed.
 *
 * <p>
 * Thread-safe.
 */
public interface Authenticator {
    /**
     * Holds whatever conversation the method of authentication has over the afid.
     *
     * @param afid open for reading and writing; clunked when the attach is over
     * @throws IOException if it cannot; the attach then fails with it
     */
    void authenticate(AuthFile afid) throws IOException;

    /**
     * What to look at where a server refuses the attach that follows, which it does without a reason. It becomes a part of
     * the exception's message.
     *
     * @return a part of a sentence; nothing unless overridden
     */
    default String adviceIfRefused() {
        return "";
    }
}
