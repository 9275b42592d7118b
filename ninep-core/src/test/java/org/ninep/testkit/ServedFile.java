package org.ninep.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ninep.message.Attr;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rattach;
import org.ninep.message.Rmessage.Rclunk;
import org.ninep.message.Rmessage.Rflush;
import org.ninep.message.Rmessage.Rgetattr;
import org.ninep.message.Rmessage.Rlopen;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Rmessage.Rstatfs;
import org.ninep.message.Rmessage.Rversion;
import org.ninep.message.Rmessage.Rwalk;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tclunk;
import org.ninep.message.Tmessage.Tflush;
import org.ninep.message.Tmessage.Tgetattr;
import org.ninep.message.Tmessage.Tlopen;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Tstatfs;
import org.ninep.message.Tmessage.Tversion;
import org.ninep.message.Tmessage.Twalk;

/** One file that every path leads to. */
final class ServedFile {
    private static final Qid ROOT = new Qid(Qid.DIRECTORY, 0, 1);
    private static final Qid FILE = new Qid(Qid.FILE, 0, 2);
    private static final int REGULAR = 0100644;

    private final byte[] content;

    ServedFile(byte[] content) {
        this.content = content;
    }

    void addRules(ScriptedPeer peer) {
        peer.answering(Tversion.class, t -> new Rversion(t.msize(), t.version()));
        peer.answering(Tattach.class, _ -> new Rattach(ROOT));
        peer.answering(Twalk.class, t -> new Rwalk(qids(t.names().size())));
        peer.answering(Tlopen.class, _ -> new Rlopen(FILE, 0));
        peer.answering(Tgetattr.class, _ -> new Rgetattr(attr()));
        peer.answering(Tstatfs.class, _ -> new Rstatfs(new FileSystemStatus(0x01021997, 4096, 1, 2, 3, 4, 5, 6, 255)));
        peer.answering(Tread.class, this::read);
        peer.answering(Tflush.class, _ -> new Rflush());
        peer.answering(Tclunk.class, _ -> new Rclunk());
    }

    private static List<Qid> qids(int count) {
        List<Qid> qids = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            qids.add(i < count ? ROOT : FILE);
        }
        return qids;
    }

    private Attr attr() {
        Timespec time = new Timespec(1_700_000_000, 0);
        return new Attr(Attr.BASIC, FILE, REGULAR, 0, 0, 1, 0, content.length, 4096, (content.length + 511) / 512, time,
                time, time, Timespec.ZERO, 0, 0);
    }

    private Rread read(Tread request) {
        int from = Math.clamp(request.offset(), 0, content.length);
        int count = (int) Math.min(Integer.toUnsignedLong(request.count()), content.length - from);
        return new Rread(ByteBuffer.wrap(content, from, count).slice());
    }
}
