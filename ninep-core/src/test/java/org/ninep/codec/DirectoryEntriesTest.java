package org.ninep.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.ninep.ProtocolException;
import org.ninep.message.DirectoryEntry;
import org.ninep.message.Qid;

class DirectoryEntriesTest {
    @Provide
    static Arbitrary<DirectoryEntry> entries() {
        return MessageArbitraries.ENTRY;
    }

    @Property(tries = 500)
    void decodesWhatItEncodes(@ForAll @Size(max = 8) List<@net.jqwik.api.From("entries") DirectoryEntry> entries,
            @ForAll @IntRange(max = 5) int before) throws ProtocolException {
        ByteBuffer data = ByteBuffer.allocate(1 << 20).position(before);
        for (DirectoryEntry entry : entries) {
            assertTrue(DirectoryEntries.encode(entry, data));
        }
        data.flip().position(before);
        assertEquals(entries, DirectoryEntries.decode(data));
        assertEquals(before, data.position());
    }

    @Property(tries = 500)
    void leavesTheBufferAsItWasIfTheEntryDoesNotFit(@ForAll("entries") DirectoryEntry entry,
            @ForAll @IntRange(max = 100_000) int any) {
        ByteBuffer large = ByteBuffer.allocate(1 << 17);
        assertTrue(DirectoryEntries.encode(entry, large));
        int needed = large.position();

        ByteBuffer small = ByteBuffer.allocate(2 + any % needed).position(2);
        assertFalse(DirectoryEntries.encode(entry, small));
        assertEquals(2, small.position());
        assertTrue(DirectoryEntries.encode(entry, ByteBuffer.allocate(needed)));
    }

    @Property(tries = 500)
    void refusesAnEntryThatIsNotWhole(@ForAll("entries") DirectoryEntry entry,
            @ForAll @IntRange(max = 100_000) int any) {
        ByteBuffer data = ByteBuffer.allocate(1 << 17);
        DirectoryEntries.encode(entry, data);
        data.flip().limit(Math.max(1, any % data.limit()));
        assertThrows(ProtocolException.class, () -> DirectoryEntries.decode(data));
    }

    @Property(tries = 2000)
    void anyBytesGiveEntriesOrAProtocolException(@ForAll byte[] bytes) {
        try {
            DirectoryEntries.decode(ByteBuffer.wrap(bytes));
        } catch (ProtocolException refused) {
            assertTrue(refused.toString().contains(": Rreaddir: "), refused.toString());
        }
    }

    @Example
    void laysAnEntryOutAsTheProtocolSays() {
        ByteBuffer data = ByteBuffer.allocate(100);
        DirectoryEntries.encode(
                new DirectoryEntry(new Qid(0x80, 7, 0x1122334455667788L), 9, DirectoryEntry.DT_DIR, "usr"),
                data);
        assertEquals("80" + "07000000" + "8877665544332211" + "0900000000000000" + "04" + "0300" + "757372",
                HexFormat.of().formatHex(data.array(), 0, data.position()));
    }

    @Example
    void refusesANameThatCannotBeSentAndLeavesTheBufferAsItWas() {
        for (String name : List.of("n".repeat(65_536), "\ud800")) {
            ByteBuffer data = ByteBuffer.allocate(1 << 17).position(5);
            DirectoryEntry entry = new DirectoryEntry(new Qid(0, 0, 0), 0, 0, name);
            assertThrows(IllegalArgumentException.class, () -> DirectoryEntries.encode(entry, data));
            assertEquals(5, data.position());
        }
    }
}
