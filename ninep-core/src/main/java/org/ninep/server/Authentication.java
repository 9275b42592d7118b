package org.ninep.server;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.ninep.Errno;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rauth;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tauth;

/**
 * Who one client is: its afids, and what came of them. A client is told no more than EPERM; why, the log says.
 * It also says who was verified, once for each user of a connection.
 *
 * <p>
 * Confined to one thread at a time, for there is one Tauth or Tattach of a client at a time; but for {@link #afids},
 * {@link #isAfid}, {@link #afid}, {@link #clunk} and {@link #verified}.
 */
final class Authentication {
    private static final Pattern UNPRINTABLE = Pattern.compile("[^\\p{Print}]");
    /** Most characters of a text of the client's. */
    private static final int LONGEST_QUOTE = 200;
    /** Most characters of a verifier's reason, which says what to do, and to nobody but who reads the log. */
    private static final int LONGEST_REASON = 1000;

    private static final String EXHAUSTED = "no credential was good, " + Limits.CREDENTIALS
            + " times in a row: it has to connect anew";

    private final String peer;
    private final RateLimitedLog log;
    private final Map<Integer, Afid> afids = new ConcurrentHashMap<>();
    private final Identities identities = new Identities();
    /** Credentials in a row that were not good. */
    private int failures;

    /** @param log of refusals, apart from the log of other failures, so that nobody drowns the one in the other */
    Authentication(String peer, RateLimitedLog log) {
        this.peer = peer;
        this.log = log.of(peer);
    }

    int afids() {
        return afids.size();
    }

    boolean isAfid(int number) {
        return afids.containsKey(number);
    }

    Afid afid(int number) throws ErrnoException {
        Afid afid = afids.get(number);
        if (afid == null) {
            throw new ErrnoException(Errno.EBADF, "fid " + Integer.toUnsignedString(number) + " is not in use");
        }
        return afid;
    }

    /** Users who were verified. */
    List<Integer> verified() {
        return identities.uids();
    }

    /** Makes an afid, whose number is free. */
    Rauth start(Exports.Export export, Tauth m) throws ErrnoException {
        Verifier verifier = export.verifier();
        if (verifier == null) {
            throw new ErrnoException(Errno.ENOENT, "no authentication needed");
        }
        Verifier.Claim claim = new Verifier.Claim(peer, m.aname(), new FileTree.User(m.uname(), m.nUname()));
        if (isExhausted()) {
            throw refusal(claim, EXHAUSTED);
        }
        if (afids.size() >= Limits.AFIDS) {
            throw new ErrnoException(Errno.EMFILE, "more than " + Limits.AFIDS + " afids");
        }
        Qid qid = new Qid(Qid.AUTH, 0, Integer.toUnsignedLong(m.afid()));
        afids.put(m.afid(), new Afid(verifier, claim, qid, export.maxCredential(), export.afidBytes()));
        return new Rauth(qid);
    }

    /** Clunks an afid; false if the number is none's. */
    boolean clunk(int number) {
        Afid afid = afids.remove(number);
        if (afid == null) {
            return false;
        }
        afid.close();
        return true;
    }

    /** Clunks all afids. Who was verified stays so: it is the connection that is theirs, and no session in it. */
    void clunkAll() {
        afids.values().forEach(Afid::close);
        afids.clear();
    }

    /**
     * As whom a client attaches.
     *
     * @throws ErrnoException EPERM if it may not, EBADF if the afid is none
     */
    FileTree.User admit(Exports.Export export, Tattach m) throws ErrnoException {
        FileTree.User claimed = new FileTree.User(m.uname(), m.nUname());
        if (m.afid() != Protocol.NOFID) {
            return verify(afid(m.afid()), new Verifier.Claim(peer, m.aname(), claimed));
        }
        Verifier verifier = export.verifier();
        if (verifier == null) {
            return claimed;
        }
        FileTree.User admitted = identities.admit(verifier, claimed);
        if (admitted == null) {
            throw refusal(new Verifier.Claim(peer, m.aname(), claimed), identities.uids().isEmpty()
                    ? "it has not authenticated"
                    : "its connection is that of uid " + uids());
        }
        return admitted;
    }

    private String uids() {
        return String.join(", ", identities.uids().stream().map(Integer::toUnsignedString).toList());
    }

    private FileTree.User verify(Afid afid, Verifier.Claim claim) throws ErrnoException {
        if (!afid.use()) {
            throw refusal(claim, "its afid was used before");
        }
        if (!afid.claim().equals(claim)) {
            afid.close();
            throw refusal(claim,
                    "its afid is for " + user(afid.claim().user()) + " and " + quoted(afid.claim().aname()));
        }
        if (isExhausted()) {
            afid.close();
            throw refusal(claim, EXHAUSTED);
        }
        failures++;
        int uid = ask(afid);
        if (uid == Protocol.NONUNAME) {
            throw refusal(claim, "its credential is nobody's");
        }
        if (claim.user().uid() != Protocol.NONUNAME && claim.user().uid() != uid) {
            throw refusal(claim, "its credential is that of uid " + Integer.toUnsignedString(uid));
        }
        failures = 0;
        if (identities.add(afid.verifier(), uid)) {
            log.info("{}: verified as uid {} for {}", peer, Integer.toUnsignedString(uid), quoted(claim.aname()));
        }
        return new FileTree.User("", uid);
    }

    /** An afid that was made before counts as little as one that would be made now. */
    private boolean isExhausted() {
        return failures >= Limits.CREDENTIALS;
    }

    private int ask(Afid afid) throws ErrnoException {
        try {
            return afid.verify();
        } catch (IOException e) {
            throw refusal(afid.claim(), reason(e));
        } catch (RuntimeException e) {
            log.error(peer + ": the verifier failed", e);
            throw refusal(afid.claim(), "the verifier failed: " + e);
        }
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    private ErrnoException refusal(Verifier.Claim claim, String reason) {
        log.warn("{}: {} may not attach to {}: {}", peer, user(claim.user()), quoted(claim.aname()),
                printable(reason, LONGEST_REASON));
        return new ErrnoException(Errno.EPERM, reason);
    }

    private static String user(FileTree.User user) {
        String uid = user.uid() == Protocol.NONUNAME ? "no uid" : "uid " + Integer.toUnsignedString(user.uid());
        return user.uname().isEmpty() ? uid : quoted(user.uname()) + " (" + uid + ")";
    }

    private static String quoted(String text) {
        return '"' + printable(text, LONGEST_QUOTE) + '"';
    }

    /** One line, not too long, whatever anybody has put into it. */
    private static String printable(String text, int most) {
        String some = text.length() > most ? text.substring(0, most) + "..." : text;
        return UNPRINTABLE.matcher(some).replaceAll("?");
    }
}
