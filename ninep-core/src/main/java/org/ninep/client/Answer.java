package org.ninep.client;

import org.ninep.NinepException;
import org.ninep.message.Rmessage;

/** Takes the answer to a request, once, on the session's loop thread; must not block. */
interface Answer {
    void completed(Rmessage reply);

    void failed(NinepException cause);
}
