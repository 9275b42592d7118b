package org.ninep.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A verifier whose credentials are tickets that it has issued itself, each good once. */
final class Tickets implements Verifier {
    private final int maxBytes;
    private final Map<String, Integer> issued = new HashMap<>();
    private final List<Claim> asked = Collections.synchronizedList(new ArrayList<>());

    Tickets() {
        this(DEFAULT_MAX_BYTES);
    }

    Tickets(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized ByteBuffer issue(int uid) {
        String ticket = "ticket " + issued.size();
        issued.put(ticket, uid);
        return StandardCharsets.US_ASCII.encode(ticket);
    }

    /** What was asked so far. */
    List<Claim> asked() {
        return List.copyOf(asked);
    }

    @Override
    public int maxBytes() {
        return maxBytes;
    }

    @Override
    public synchronized int verify(Claim claim, ByteBuffer credential) throws IOException {
        asked.add(claim);
        String ticket = StandardCharsets.US_ASCII.decode(credential).toString();
        Integer uid = issued.replace(ticket, null);
        if (uid == null) {
            throw new IOException(issued.containsKey(ticket) ? "the ticket was used before" : "not a ticket");
        }
        return uid;
    }
}
