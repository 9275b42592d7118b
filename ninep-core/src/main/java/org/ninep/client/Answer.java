package org.ninep.client;

import java.io.IOException;
import org.ninep.message.Rmessage;

/** Takes the answer to a request, once, on the session's loop thread; must not block. */
interface Answer {
    void completed(Rmessage reply);

    void failed(IOException cause);
}
