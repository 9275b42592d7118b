package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentityTest {

    @Test
    void takesTheEffectiveIdsAndAllSupplementaryGroups() {
        List<String> status = List.of("Name:\tjava", "Uid:\t1\t4294967294\t3\t4", "Gid:\t5\t6\t7\t8",
                "Groups:\t4 24 4000000000 ");
        assertEquals(new Identity(-2, 6, Set.of(4, 24, (int) 4_000_000_000L)), Identity.parse(status));
        assertEquals("uid 4294967294, gid 6", Identity.parse(status).toString());
    }

    @Test
    void aProcessMayHaveNoSupplementaryGroup() {
        assertEquals(new Identity(0, 0), Identity.parse(List.of("Uid:\t0\t0\t0\t0", "Gid:\t0\t0\t0\t0", "Groups:\t ")));
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        for (var status : List.of(List.<String>of(), List.of("Groups:", "Uid:\t0\t0\t0", "Gid:\t0\t0\t0\t0"),
                List.of("Groups:\tx", "Uid:\t0\t0\t0\t0", "Gid:\t0\t0\t0\t0"))) {
            assertThrows(IllegalArgumentException.class, () -> Identity.parse(status));
        }
    }

    @Test
    void knowsThisProcess() throws IOException {
        assertEquals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"), Identity.ofProcess().uid());
    }
}
