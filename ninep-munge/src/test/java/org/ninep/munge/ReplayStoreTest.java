package org.ninep.munge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.ninep.munge.ReplayStore.Answer;

class ReplayStoreTest {
    private final ReplayStore store = new ReplayStore(3);

    private static byte[] mac(int number, int bytes) {
        return ByteBuffer.allocate(bytes).putInt(12, number).array();
    }

    private static byte[] mac(int number) {
        return mac(number, 32);
    }

    @Test
    void keepsACredentialThroughItsLastSecond() {
        assertEquals(Answer.NEW, store.insert(mac(1), 7, 110, 100));
        assertEquals(Answer.REPLAYED, store.insert(mac(1), 7, 110, 100));
        assertEquals(Answer.REPLAYED, store.insert(mac(1), 7, 110, 110));
        assertEquals(Answer.NEW, store.insert(mac(2), 7, 200, 110));
        assertEquals(2, store.size());
        assertEquals(Answer.NEW, store.insert(mac(3), 7, 200, 111));
        assertEquals(2, store.size(), "the first is forgotten");
    }

    @Test
    void doesNotKnowAgainWhatItForgotButSaysSo() {
        store.insert(mac(1), 7, 110, 100);
        store.insert(mac(2), 7, 200, 111);
        assertEquals(Answer.FORGOTTEN, store.insert(mac(1), 7, 110, 105));
        assertEquals(Answer.FORGOTTEN, store.insert(mac(3), 7, 110, 105));
        assertEquals(Answer.NEW, store.insert(mac(4), 7, 111, 105));
    }

    @Test
    void refusesRatherThanForgetsWhenItIsFull() {
        for (int i = 0; i < 3; i++) {
            assertEquals(Answer.NEW, store.insert(mac(i), 7, 110 + i, 100));
        }
        assertEquals(Answer.FULL, store.insert(mac(9), 7, 300, 110));
        assertEquals(Answer.REPLAYED, store.insert(mac(0), 7, 110, 110));
        assertEquals(3, store.size());
        assertEquals(Answer.NEW, store.insert(mac(9), 7, 300, 111));
    }

    @Test
    void takesTheShortestMac() {
        assertEquals(Answer.NEW, store.insert(mac(1, 16), 7, 110, 100));
        assertEquals(Answer.REPLAYED, store.insert(mac(1, 16), 7, 110, 100));
    }

    @Test
    void keepsRoomForOtherUsersWhenOneMakesMoreThanItsShare() {
        ReplayStore shared = new ReplayStore(10, 2);
        assertEquals(Answer.NEW, shared.insert(mac(1), 7, 110, 100));
        assertEquals(Answer.NEW, shared.insert(mac(2), 7, 120, 100));
        assertEquals(Answer.USER_FULL, shared.insert(mac(3), 7, 110, 100));
        assertEquals(Answer.REPLAYED, shared.insert(mac(1), 7, 110, 100));
        assertEquals(Answer.NEW, shared.insert(mac(3), 8, 110, 100));
        assertEquals(3, shared.size());
        assertEquals(Answer.NEW, shared.insert(mac(4), 7, 120, 111), "its first has ended");
        assertEquals(Answer.USER_FULL, shared.insert(mac(5), 7, 120, 111));
    }
}
