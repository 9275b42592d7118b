package org.ninep.server;

/** What the thread that carries out a request tells others of it. */
interface Running {
    /** From here on it may take long, and touches nothing but the request and the room for its reply. */
    void begin();

    /**
     * It is done, and nobody interrupts this thread for it any more.
     *
     * @return whether somebody wanted it to end (Tflush)
     */
    boolean end();
}
