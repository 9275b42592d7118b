package org.ninep.client;

import java.io.IOException;
import org.ninep.message.Rmessage;
import org.ninep.message.Rmessage.Rgetattr;

/** Takes the answer to a request, once, on the session's loop thread; must not block. */
interface Answer {
    void completed(Rmessage reply);

    void failed(IOException cause);

    /** Has the handler get what Rgetattr says. */
    static Answer to(AttrHandler handler) {
        return new Answer() {
            @Override
            public void completed(Rmessage reply) {
                handler.completed(((Rgetattr) reply).attr());
            }

            @Override
            public void failed(IOException cause) {
                handler.failed(cause);
            }
        };
    }
}
