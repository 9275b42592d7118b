package org.ninep.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.ninep.Errno;
import org.ninep.NinepException;
import org.ninep.RemoteException;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rwalk;
import org.ninep.message.Tmessage.Twalk;

/** One walk(5) of any depth: in as many messages as 16 names, and the msize, make it. */
final class Walk {
    private static final int BYTES_WITHOUT_NAMES = Protocol.HEADER_BYTES + 4 + 4 + 2;

    private final Caller caller;
    private final Handle from;
    private final List<String> names;
    private final String reached;

    /** @param path names separated by slashes; empty ones and {@code .} are skipped */
    Walk(Caller caller, Handle from, String path) {
        this.caller = caller;
        this.from = from;
        this.names = Arrays.stream(path.split("/", -1)).filter(name -> !name.isEmpty() && !name.equals(".")).toList();
        String base = from.path().equals("/") ? "" : from.path();
        this.reached = names.isEmpty() ? from.path() : base + "/" + String.join("/", names);
    }

    /** Where a walk led. */
    record Reached(Handle handle, Qid qid) {}

    /** @param start the qid of the file from which it goes, which is the result's if there are no names */
    Reached to(Qid start) throws IOException {
        int newfid = caller.takeFid();
        List<String> some = namesFrom(0);
        Qid last = begin(newfid, some, start);
        for (int at = some.size(); at < names.size(); at += some.size()) {
            some = namesFrom(at);
            last = goOn(newfid, some);
        }
        return new Reached(new Handle(newfid, reached), last);
    }

    /** As many names as one message takes: at least one, if there is one left. */
    private List<String> namesFrom(int at) {
        int bytes = BYTES_WITHOUT_NAMES;
        int to = at;
        while (to < names.size() && to - at < Protocol.MAXWELEM) {
            bytes += 2 + names.get(to).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > caller.session().msize() && to > at) {
                break;
            }
            to++;
        }
        return names.subList(at, to);
    }

    private Qid begin(int newfid, List<String> some, Qid start) throws IOException {
        Twalk request = new Twalk(from.fid(), newfid, some);
        Rwalk reply = caller.callForFid(from, request, reached, Rwalk.class, newfid);
        if (reply.qids().size() == some.size()) {
            return some.isEmpty() ? start : reply.qids().getLast();
        }
        caller.releaseFid(newfid);
        throw partial(some, reply);
    }

    /** Walks newfid itself on, which stays where it was if that fails, and is given back then. */
    private Qid goOn(int newfid, List<String> some) throws IOException {
        Rwalk reply = caller.callOnNewFid(new Handle(newfid, reached), new Twalk(newfid, newfid, some), Rwalk.class);
        if (reply.qids().size() == some.size()) {
            return reply.qids().getLast();
        }
        caller.clunk(newfid);
        throw partial(some, reply);
    }

    private NinepException partial(List<String> some, Rwalk reply) {
        int found = reply.qids().size();
        if (found > some.size()) {
            return caller.broken("Rwalk of " + found + " qids for " + some.size() + " names");
        }
        return new RemoteException(Errno.ENOENT,
                caller.session().peer() + ": Twalk " + reached + ": \"" + some.get(found) + "\"");
    }
}
