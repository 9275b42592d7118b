package org.ninep.codec;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.RecordComponent;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.ninep.ProtocolException;
import org.ninep.message.Message;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage;
import org.ninep.message.Tmessage;

class CodecTest {
    @Provide
    static Arbitrary<Frame<Message>> frames() {
        return MessageArbitraries.frame();
    }

    @Property(tries = 4000)
    void decodesWhatItEncodes(@ForAll("frames") Frame<Message> frame) throws ProtocolException {
        assertEquals(frame, Codec.decode(Wire.of(frame)));
    }

    @Property(tries = 1000)
    void sizeFieldCountsTheWholeFrame(@ForAll("frames") Frame<Message> frame) {
        ByteBuffer wire = Wire.of(frame).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(wire.remaining(), wire.getInt(0));
        assertEquals(frame.tag(), wire.getShort(5) & 0xffff);
    }

    @Property(tries = 1000)
    void decodesAFrameInTheMidstOfAnyBufferAndLeavesThatAsItWas(@ForAll("frames") Frame<Message> frame,
            @ForAll @IntRange(max = 20) int before, @ForAll boolean direct) throws ProtocolException {
        ByteBuffer wire = Wire.of(frame);
        int room = before + wire.remaining() + 9;
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(room) : ByteBuffer.allocate(room);
        buffer.position(before).put(wire).flip().position(before);

        assertEquals(frame, Codec.decode(buffer.asReadOnlyBuffer()));
        assertEquals(frame, Codec.decode(buffer));
        assertEquals(before, buffer.position());
        assertEquals(ByteOrder.BIG_ENDIAN, buffer.order());
    }

    @Property(tries = 1000)
    void encodesIntoABufferThatIsJustLargeEnough(@ForAll("frames") Frame<Message> frame,
            @ForAll @IntRange(max = 20) int before) {
        ByteBuffer expected = Codec.encode(frame);
        ByteBuffer out = ByteBuffer.allocate(before + expected.remaining()).position(before);
        Codec.encode(frame, out);
        assertEquals(0, out.remaining());
        assertEquals(expected, out.position(before));
    }

    @Property(tries = 1000)
    void leavesTheBufferWhereItWasIfTheFrameDoesNotFit(@ForAll("frames") Frame<Message> frame,
            @ForAll @IntRange(max = 100_000) int any) {
        int room = any % Codec.encode(frame).remaining();
        ByteBuffer out = ByteBuffer.allocate(3 + room).position(3);
        assertThrows(BufferOverflowException.class, () -> Codec.encode(frame, out));
        assertEquals(3, out.position());
    }

    @Property(tries = 1000)
    void tellsRequestsFromReplies(@ForAll("frames") Frame<Message> frame) throws ProtocolException {
        ByteBuffer wire = Wire.of(frame);
        if (frame.message() instanceof Tmessage) {
            assertEquals(frame, Codec.decodeRequest(wire));
            assertThrows(ProtocolException.class, () -> Codec.decodeReply(wire));
        } else {
            assertEquals(frame, Codec.decodeReply(wire));
            assertThrows(ProtocolException.class, () -> Codec.decodeRequest(wire));
        }
    }

    @Property(tries = 1000)
    void payloadIsTheBufferOfTheMessageThatHasOne(@ForAll("frames") Frame<Message> frame) throws Exception {
        ByteBuffer expected = ByteBuffer.allocate(0);
        for (RecordComponent component : frame.message().getClass().getRecordComponents()) {
            if (component.getType() == ByteBuffer.class) {
                expected = (ByteBuffer) component.getAccessor().invoke(frame.message());
            }
        }
        assertEquals(expected, Codec.payload(frame.message()));
    }

    @Example
    void decodedPayloadIsAViewOfTheFrame() throws ProtocolException {
        ByteBuffer wire = Wire.of(new Frame<>(1, new Rmessage.Rread(ByteBuffer.wrap(new byte[]{1, 2}))));
        Rmessage.Rread read = (Rmessage.Rread) Codec.decode(wire).message();
        wire.put(wire.limit() - 1, (byte) 42);
        assertEquals(42, read.data().get(1));
    }

    @Example
    void everyMessageIsTried() {
        Set<Class<?>> messages = new HashSet<>(List.of(Tmessage.class.getPermittedSubclasses()));
        messages.addAll(List.of(Rmessage.class.getPermittedSubclasses()));
        assertEquals(messages, MessageArbitraries.ALL.keySet());
        assertEquals(28, Tmessage.class.getPermittedSubclasses().length);
        assertEquals(29, Rmessage.class.getPermittedSubclasses().length);
    }

    @Example
    void everyMessageHasItsOwnTypeAndAReplyTheOneBehindItsRequest() {
        List<String> wrong = new ArrayList<>();
        for (Class<? extends Message> message : MessageArbitraries.ALL.keySet()) {
            Frame<Message> frame = new Frame<>(0, MessageArbitraries.ALL.get(message).map(m -> (Message) m).sample());
            int code = InPlace.type(Codec.encode(frame).order(ByteOrder.LITTLE_ENDIAN), 0);
            String name = message.getSimpleName();
            if (!name.equals(String.valueOf(MessageType.of(code)))) {
                wrong.add(name + " has type " + code + ", which is " + MessageType.of(code));
            }
            String partner = (name.startsWith("T") ? "R" : "T") + name.substring(1);
            if (!partner.equals(String.valueOf(MessageType.of(code ^ 1))) && code != MessageType.RLERROR.code) {
                wrong.add(name + " is not beside " + partner);
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Example
    void refusesToEncodeWhatTheFieldCannotHold() {
        List<Message> wrong = List.of(new Tmessage.Tflush(0x10000), new Tmessage.Tflush(-1), new Rmessage.Rlock(256),
                new Rmessage.Rattach(new Qid(-128, 0, 0)), new Rmessage.Rreadlink("n".repeat(65_536)),
                new Rmessage.Rreadlink("é".repeat(32_768)), new Rmessage.Rreadlink("\ud83d"),
                new Rmessage.Rreadlink("\udc7f"), new Rmessage.Rreadlink("\udd00"));
        assertAll(wrong.stream()
                .map(m -> () -> assertThrows(IllegalArgumentException.class, () -> Codec.encode(new Frame<>(0, m)))));
    }

    @Example
    void refusesTagsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> new Frame<>(-1, new Rmessage.Rflush()));
        assertThrows(IllegalArgumentException.class, () -> new Frame<>(0x10000, new Rmessage.Rflush()));
    }

    @Example
    void refusesMoreThanSixteenNamesOrQids() {
        List<String> names = java.util.Collections.nCopies(17, "n");
        assertThrows(IllegalArgumentException.class, () -> new Tmessage.Twalk(1, 2, names));
        List<Qid> qids = java.util.Collections.nCopies(17, new Qid(0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Rmessage.Rwalk(qids));
    }
}
