package org.ninep.nbd.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ninep.Errno;
import org.ninep.message.Message;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.Rlerror;
import org.ninep.message.Rmessage.Rread;
import org.ninep.message.Rmessage.Rwalk;
import org.ninep.message.Tmessage.Tattach;
import org.ninep.message.Tmessage.Tread;
import org.ninep.message.Tmessage.Twalk;

class MessageTraceTest {

    private static String line(Message message) {
        return MessageTrace.line('>', 3, message);
    }

    @Test
    void namesTheFieldsAsTheSpecificationDoes() {
        assertEquals("> tag 3 Tread fid 2 offset 0 count 4096", line(new Tread(2, 0, 4096)));
        assertEquals("> tag 3 Tread fid 2 offset 18446744073709551615 count 4294967295", line(new Tread(2, -1, -1)));
        assertEquals("> tag 3 Tattach fid 1 afid NOFID uname \"me\" aname \"/srv\" n_uname NONUNAME",
                line(new Tattach(1, Protocol.NOFID, "me", "/srv", Protocol.NONUNAME)));
        assertEquals("> tag 3 Twalk fid 1 newfid 2 names [\"a\" \"b?\"]", line(new Twalk(1, 2, List.of("a", "b\n"))));
    }

    @Test
    void showsRepliesByWhatTheyCarry() {
        assertEquals("< tag NOTAG Rread data 5 bytes",
                MessageTrace.line('<', Protocol.NOTAG, new Rread(ByteBuffer.allocate(5))));
        assertEquals("> tag 3 Rlerror errno ENOENT", line(new Rlerror(Errno.ENOENT)));
        assertEquals("> tag 3 Rwalk qids [(type 128 version 0 path 7) (type 0 version 1 path 8)]",
                line(new Rwalk(List.of(new Qid(128, 0, 7), new Qid(0, 1, 8)))));
    }
}
