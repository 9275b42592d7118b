package org.ninep.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Locks, held against a table of single bytes. */
class LockTableTest {
    private static final int BYTES = 12;
    private static final MemoryTree TREE = MemoryTree.builder().build();
    private static final LockTable.Key KEY = new LockTable.Key(TREE, 1);
    private static final List<LockTable.Owner> OWNERS = List.of(new LockTable.Owner("s", "c", 1),
            new LockTable.Owner("s", "c", 2), new LockTable.Owner("t", "c", 1));
    private static final List<Fid> FIDS = List.of(fid(), fid(), fid(), fid());

    private static Fid fid() {
        return Fid.of(TREE, new CountedNode(new AtomicInteger()));
    }

    /** @param type 0 shared, 1 exclusive, 2 none, 3 all of the fid's end */
    record Step(int owner, int fid, int type, int first, int last) {}

    private record Cell(int fid, boolean exclusive) {}

    @Provide
    static Arbitrary<List<Step>> steps() {
        Arbitrary<Integer> place = Arbitraries.integers().between(0, BYTES - 1);
        return Combinators.combine(Arbitraries.integers().between(0, 2), Arbitraries.integers().between(0, 1),
                Arbitraries.integers().between(0, 3), place, place)
                .as((owner, fid, type, a, b) -> new Step(owner, owner + fid, type, Math.min(a, b), Math.max(a, b)))
                .list().ofMaxSize(40);
    }

    @Property(tries = 500)
    void areAsTheirBytesAre(@ForAll("steps") List<Step> steps) throws ErrnoException {
        LockTable table = new LockTable();
        List<Map<Integer, Cell>> model = OWNERS.stream().<Map<Integer, Cell>>map(_ -> new HashMap<>()).toList();
        for (Step step : steps) {
            boolean free = isFree(model, step);
            var wanted = new LockTable.Held(OWNERS.get(step.owner), FIDS.get(step.fid), step.type == 1, step.first,
                    step.last);
            Map<Integer, Cell> own = model.get(step.owner);
            switch (step.type) {
                case 2 -> {
                    table.give(KEY, wanted.owner(), step.first, step.last, BYTES);
                    own.keySet().removeIf(i -> i >= step.first && i <= step.last);
                }
                case 3 -> {
                    table.giveAll(KEY, wanted.fid());
                    model.forEach(cells -> cells.values().removeIf(cell -> cell.fid == step.fid));
                }
                default -> {
                    assertEquals(free, table.inTheWay(KEY, wanted) == null);
                    assertEquals(free, table.take(KEY, wanted, BYTES) != null);
                    for (int i = step.first; free && i <= step.last; i++) {
                        own.put(i, new Cell(step.fid, step.type == 1));
                    }
                }
            }
            assertEquals(bytes(model), bytes(table), step::toString);
        }
    }

    private static boolean isFree(List<Map<Integer, Cell>> model, Step step) {
        for (int owner = 0; owner < OWNERS.size(); owner++) {
            for (int i = step.first; i <= step.last; i++) {
                Cell cell = model.get(owner).get(i);
                if (owner != step.owner && cell != null && (cell.exclusive || step.type == 1)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Of each byte, whether nobody, readers or a writer have it. */
    private static String bytes(List<Map<Integer, Cell>> model) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < BYTES; i++) {
            char at = '.';
            for (Map<Integer, Cell> cells : model) {
                Cell cell = cells.get(i);
                at = cell == null ? at : cell.exclusive ? 'w' : 'r';
            }
            text.append(at);
        }
        return text.toString();
    }

    private static String bytes(LockTable table) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < BYTES; i++) {
            text.append(at(table, i));
        }
        return text.toString();
    }

    private static char at(LockTable table, int i) {
        var stranger = new LockTable.Owner("stranger", "", 0);
        LockTable.@Nullable Held held = table.inTheWay(KEY, new LockTable.Held(stranger, FIDS.getFirst(), true, i, i));
        return held == null ? '.' : held.exclusive() ? 'w' : 'r';
    }
}
