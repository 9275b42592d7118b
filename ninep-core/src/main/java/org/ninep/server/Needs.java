package org.ninep.server;

import org.ninep.message.Protocol;
import org.ninep.message.Tmessage;
import org.ninep.message.Tmessage.*;

/**
 * Which fids a request uses. Two that use the same fid are carried out one after the other, in the order in which they
 * came, unless both only look: whoever changes something is alone on its fids. Attaching, which decides who a client is, is done by
 * one at a time.
 *
 * <p>
 * Immutable.
 *
 * @param fid a fid, {@link Protocol#NOFID} for none
 * @param alone whether it is changed, or what is behind it
 * @param second another fid, which is changed
 * @param attaches whether it is a Tauth or a Tattach
 */
record Needs(int fid, boolean alone, int second, boolean attaches) {
    /** Whether one has to wait for the other. */
    boolean meet(Needs other) {
        return (attaches && other.attaches) || uses(fid, other, alone) || uses(second, other, true);
    }

    private static boolean uses(int mine, Needs other, boolean change) {
        return mine != Protocol.NOFID
                && (mine == other.second || (mine == other.fid && (change || other.alone)));
    }

    private static Needs looks(int fid) {
        return new Needs(fid, false, Protocol.NOFID, false);
    }

    private static Needs makes(int fid, int newfid) {
        return new Needs(fid, fid == newfid, newfid, false);
    }

    private static Needs changes(int fid) {
        return new Needs(fid, true, Protocol.NOFID, false);
    }

    private static Needs changes(int fid, int other) {
        return new Needs(fid, true, other, false);
    }

    /** What a request needs; a Tversion and a Tflush are no requests of this kind. */
    static Needs of(Tmessage request) {
        return switch (request) {
            case Tread m -> looks(m.fid());
            case Tgetattr m -> looks(m.fid());
            case Treadlink m -> looks(m.fid());
            case Tstatfs m -> looks(m.fid());
            case Tgetlock m -> looks(m.fid());
            case Twalk m -> makes(m.fid(), m.newfid());
            case Txattrwalk m -> makes(m.fid(), m.newfid());
            case Tauth m -> new Needs(m.afid(), true, Protocol.NOFID, true);
            case Tattach m -> new Needs(m.fid(), true, m.afid(), true);
            case Treaddir m -> changes(m.fid());
            case Twrite m -> changes(m.fid());
            case Tfsync m -> changes(m.fid());
            case Tlopen m -> changes(m.fid());
            case Tlcreate m -> changes(m.fid());
            case Tclunk m -> changes(m.fid());
            case Tremove m -> changes(m.fid());
            case Tsetattr m -> changes(m.fid());
            case Txattrcreate m -> changes(m.fid());
            case Tlock m -> changes(m.fid());
            case Tsymlink m -> changes(m.dfid());
            case Tmknod m -> changes(m.dfid());
            case Tmkdir m -> changes(m.dfid());
            case Tunlinkat m -> changes(m.dirfid());
            case Tlink m -> changes(m.dfid(), m.fid());
            case Trename m -> changes(m.fid(), m.dfid());
            case Trenameat m -> changes(m.olddirfid(), m.newdirfid());
            case Tversion _,Tflush _ -> throw new IllegalArgumentException(request + " needs no fid");
        };
    }
}
