package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class FidTableTest {
    /** Few numbers, so that they meet again, of which many want the same slot. */
    @Provide
    static Arbitrary<List<Integer>> numbers() {
        return Arbitraries.oneOf(Arbitraries.integers().between(0, 20), Arbitraries.integers().between(-3, 3),
                Arbitraries.integers().between(0, 20).map(i -> i << 27)).list().ofMaxSize(300);
    }

    /** Odd visits of a number put it in, even ones take it out. */
    @Property
    void isAMapFromNumbersToFids(@ForAll("numbers") List<Integer> numbers) {
        FidTable table = new FidTable();
        Map<Integer, Fid> model = new HashMap<>();
        for (int number : numbers) {
            if (model.containsKey(number)) {
                assertSame(model.remove(number), table.remove(number));
            } else {
                Fid fid = Fid.of(MemoryTree.builder().build(), new CountedNode(new AtomicInteger()));
                model.put(number, fid);
                assertSame(null, table.put(number, fid));
            }
            assertEquals(model.size(), table.size());
            for (int known : numbers) {
                assertSame(model.get(known), table.get(known));
            }
        }
        assertEquals(new HashSet<>(model.values()), new HashSet<>(table.clear()));
        assertEquals(0, table.size());
    }
}
