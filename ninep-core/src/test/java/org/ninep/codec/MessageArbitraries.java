package org.ninep.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import org.ninep.Errno;
import org.ninep.message.Attr;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.FileSystemStatus;
import org.ninep.message.Message;
import org.ninep.message.Protocol;
import org.ninep.message.Qid;
import org.ninep.message.Rmessage.*;
import org.ninep.message.Timespec;
import org.ninep.message.Tmessage.*;

/** Arbitrary messages: each record with an arbitrary for each of its components, in their order. */
final class MessageArbitraries {
    static final Arbitrary<Integer> U8 = Arbitraries.integers().between(0, 0xff);
    static final Arbitrary<Integer> U16 = Arbitraries.integers().between(0, 0xffff);
    static final Arbitrary<Integer> U32 = Arbitraries.integers();
    static final Arbitrary<Long> U64 = Arbitraries.longs();

    /** Any Unicode text, without surrogates that have no partner. */
    static final Arbitrary<String> TEXT = Arbitraries.integers().between(0, Character.MAX_CODE_POINT)
            .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE).array(int[].class).ofMaxSize(40)
            .map(points -> new String(points, 0, points.length));
    private static final Arbitrary<String> LONG_TEXT = Arbitraries.integers().between(65_000, 65_535)
            .map("n"::repeat);
    private static final Arbitrary<String> ANY_BYTES = Arbitraries.bytes().array(byte[].class).ofMaxSize(40)
            .map(Names::decode);
    static final Arbitrary<String> STRING = Arbitraries.frequencyOf(Tuple.of(20, TEXT),
            Tuple.of(10, ANY_BYTES), Tuple.of(1, LONG_TEXT));

    static final Arbitrary<Qid> QID = record(Qid.class, U8, U32, U64);
    static final Arbitrary<DirectoryEntry> ENTRY = record(DirectoryEntry.class, QID, U64, U8, STRING);
    private static final Arbitrary<Timespec> TIME = record(Timespec.class, U64, U64);
    private static final Arbitrary<Attr> ATTR = record(Attr.class, U64, QID, U32, U32, U32, U64, U64, U64, U64, U64,
            TIME, TIME, TIME, TIME, U64, U64);
    private static final Arbitrary<FileSystemStatus> STATUS = record(FileSystemStatus.class, U32, U32, U64, U64, U64,
            U64, U64, U64, U32);
    private static final Arbitrary<Errno> ERRNO = record(Errno.class, U32);
    private static final Arbitrary<List<String>> NAMES = STRING.list().ofMaxSize(Protocol.MAXWELEM);
    private static final Arbitrary<List<Qid>> QIDS = QID.list().ofMaxSize(Protocol.MAXWELEM);
    private static final Arbitrary<ByteBuffer> DATA = Arbitraries.bytes().array(byte[].class).ofMaxSize(300)
            .map(ByteBuffer::wrap);

    /** One arbitrary for each message there is. */
    static final Map<Class<? extends Message>, Arbitrary<? extends Message>> ALL = all();

    private MessageArbitraries() {}

    static Arbitrary<Message> message() {
        return Arbitraries.of(ALL.values()).flatMap(one -> one.map(m -> m));
    }

    static Arbitrary<Frame<Message>> frame() {
        return Combinators.combine(U16, message()).as(Frame::new);
    }

    private static Map<Class<? extends Message>, Arbitrary<? extends Message>> all() {
        Map<Class<? extends Message>, Arbitrary<? extends Message>> all = new LinkedHashMap<>();
        requests(all);
        replies(all);
        return all;
    }

    private static void requests(Map<Class<? extends Message>, Arbitrary<? extends Message>> all) {
        put(all, Tversion.class, U32, STRING);
        put(all, Tauth.class, U32, STRING, STRING, U32);
        put(all, Tattach.class, U32, U32, STRING, STRING, U32);
        put(all, Tflush.class, U16);
        put(all, Twalk.class, U32, U32, NAMES);
        put(all, Tread.class, U32, U64, U32);
        put(all, Twrite.class, U32, U64, DATA);
        put(all, Tclunk.class, U32);
        put(all, Tremove.class, U32);
        put(all, Tstatfs.class, U32);
        put(all, Tlopen.class, U32, U32);
        put(all, Tlcreate.class, U32, STRING, U32, U32, U32);
        put(all, Tsymlink.class, U32, STRING, STRING, U32);
        put(all, Tmknod.class, U32, STRING, U32, U32, U32, U32);
        put(all, Trename.class, U32, U32, STRING);
        put(all, Treadlink.class, U32);
        put(all, Tgetattr.class, U32, U64);
        put(all, Tsetattr.class, U32, U32, U32, U32, U32, U64, TIME, TIME);
        put(all, Txattrwalk.class, U32, U32, STRING);
        put(all, Txattrcreate.class, U32, STRING, U64, U32);
        put(all, Treaddir.class, U32, U64, U32);
        put(all, Tfsync.class, U32, U32);
        put(all, Tlock.class, U32, U8, U32, U64, U64, U32, STRING);
        put(all, Tgetlock.class, U32, U8, U64, U64, U32, STRING);
        put(all, Tlink.class, U32, U32, STRING);
        put(all, Tmkdir.class, U32, STRING, U32, U32);
        put(all, Trenameat.class, U32, STRING, U32, STRING);
        put(all, Tunlinkat.class, U32, STRING, U32);
    }

    private static void replies(Map<Class<? extends Message>, Arbitrary<? extends Message>> all) {
        put(all, Rlerror.class, ERRNO);
        put(all, Rversion.class, U32, STRING);
        put(all, Rauth.class, QID);
        put(all, Rattach.class, QID);
        put(all, Rflush.class);
        put(all, Rwalk.class, QIDS);
        put(all, Rread.class, DATA);
        put(all, Rwrite.class, U32);
        put(all, Rclunk.class);
        put(all, Rremove.class);
        put(all, Rstatfs.class, STATUS);
        put(all, Rlopen.class, QID, U32);
        put(all, Rlcreate.class, QID, U32);
        put(all, Rsymlink.class, QID);
        put(all, Rmknod.class, QID);
        put(all, Rrename.class);
        put(all, Rreadlink.class, STRING);
        put(all, Rgetattr.class, ATTR);
        put(all, Rsetattr.class);
        put(all, Rxattrwalk.class, U64);
        put(all, Rxattrcreate.class);
        put(all, Rreaddir.class, DATA);
        put(all, Rfsync.class);
        put(all, Rlock.class, U8);
        put(all, Rgetlock.class, U8, U64, U64, U32, STRING);
        put(all, Rlink.class);
        put(all, Rmkdir.class, QID);
        put(all, Rrenameat.class);
        put(all, Runlinkat.class);
    }

    private static <M extends Message> void put(Map<Class<? extends Message>, Arbitrary<? extends Message>> all,
            Class<M> type, Arbitrary<?>... components) {
        all.put(type, record(type, components));
    }

    private static <R> Arbitrary<R> record(Class<R> type, Arbitrary<?>... components) {
        Constructor<R> constructor = canonical(type);
        List<Arbitrary<Object>> values = Arrays.stream(components).map(Arbitrary::asGeneric).toList();
        return Combinators.combine(values).as(fields -> {
            try {
                return constructor.newInstance(fields.toArray());
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(type + " of " + fields, e);
            }
        });
    }

    private static <R> Constructor<R> canonical(Class<R> type) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types);
        } catch (NoSuchMethodException e) {
            throw new LinkageError(type + " has no canonical constructor", e);
        }
    }
}
