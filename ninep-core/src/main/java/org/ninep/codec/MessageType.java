package org.ninep.codec;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The type bytes. The encoder names one for each record and the decoder switches over them without a default, so that a
 * message that one of them lacks does not compile. Rerror of plain 9P2000 is read as Rlerror: nfs-ganesha sends that type with
 * Rlerror's body, and Linux' client takes it.
 */
enum MessageType {
    RLERROR(7), TSTATFS(8), RSTATFS(9), TLOPEN(12), RLOPEN(13), TLCREATE(14), RLCREATE(15), TSYMLINK(16), RSYMLINK(17),
    TMKNOD(18), RMKNOD(19), TRENAME(20), RRENAME(21), TREADLINK(22), RREADLINK(23), TGETATTR(24), RGETATTR(25),
    TSETATTR(26), RSETATTR(27), TXATTRWALK(30), RXATTRWALK(31), TXATTRCREATE(32), RXATTRCREATE(33), TREADDIR(40),
    RREADDIR(41), TFSYNC(50), RFSYNC(51), TLOCK(52), RLOCK(53), TGETLOCK(54), RGETLOCK(55), TLINK(70), RLINK(71),
    TMKDIR(72), RMKDIR(73), TRENAMEAT(74), RRENAMEAT(75), TUNLINKAT(76), RUNLINKAT(77), TVERSION(100), RVERSION(101),
    TAUTH(102), RAUTH(103), TATTACH(104), RATTACH(105), TFLUSH(108), RFLUSH(109), TWALK(110), RWALK(111), TREAD(116),
    RREAD(117), TWRITE(118), RWRITE(119), TCLUNK(120), RCLUNK(121), TREMOVE(122), RREMOVE(123);

    private static final @Nullable MessageType[] BY_CODE = new @Nullable MessageType[128];

    static {
        for (MessageType type : values()) {
            BY_CODE[type.code] = type;
        }
        BY_CODE[InPlace.RERROR] = RLERROR;
    }

    final int code;

    MessageType(int code) {
        this.code = code;
    }

    static @Nullable MessageType of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : null;
    }

    /** The specification's spelling: {@code Tread}. */
    @Override
    public String toString() {
        return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
}
