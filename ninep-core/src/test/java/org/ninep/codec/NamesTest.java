package org.ninep.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class NamesTest {
    @Provide
    static Arbitrary<String> text() {
        return MessageArbitraries.TEXT;
    }

    /** Bytes that valid and broken UTF-8 is made of, rather than mostly noise. */
    @Provide
    static Arbitrary<byte[]> nearlyUtf8() {
        return Arbitraries
                .of(0x00, 0x2f, 0x61, 0x7f, 0x80, 0x9f, 0xa0, 0xbd, 0xbf, 0xc0, 0xc1, 0xc3, 0xdf, 0xe0, 0xed, 0xef,
                        0xf0, 0xf4, 0xf5, 0xff)
                .map(Integer::byteValue).array(byte[].class).ofMaxSize(12);
    }

    @Property(tries = 5000)
    void anyBytesSurviveTheWayThereAndBack(@ForAll byte[] bytes) {
        assertArrayEquals(bytes, Names.encode(Names.decode(bytes)));
    }

    @Property(tries = 20_000)
    void brokenUtf8SurvivesTheWayThereAndBack(@ForAll("nearlyUtf8") byte[] bytes) {
        assertArrayEquals(bytes, Names.encode(Names.decode(bytes)));
    }

    @Property(tries = 2000)
    void textIsPlainUtf8(@ForAll("text") String text) {
        assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), Names.encode(text));
        assertEquals(text, Names.decode(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Property(tries = 5000)
    void noSeparatorAppearsThatWasNotThere(@ForAll("nearlyUtf8") byte[] bytes) {
        String name = Names.decode(bytes);
        assertEquals(count(bytes, '/'), name.chars().filter(c -> c == '/').count());
        assertEquals(count(bytes, 0), name.chars().filter(c -> c == 0).count());
    }

    private static long count(byte[] bytes, int wanted) {
        long count = 0;
        for (byte b : bytes) {
            count += b == wanted ? 1 : 0;
        }
        return count;
    }

    @Example
    void bytesThatAreNotUtf8BecomeLoneSurrogates() {
        assertEquals("caf\udce9.img", Names.decode("café.img".getBytes(StandardCharsets.ISO_8859_1)));
        assertEquals("\udcc0\udcaf", Names.decode(HexFormat.of().parseHex("c0af")));
        assertEquals("\udced\udca0\udc80", Names.decode(HexFormat.of().parseHex("eda080")));
        assertEquals("\udcf0\udc9f\udc98", Names.decode(HexFormat.of().parseHex("f09f98")));
        assertEquals("\ufffd\udcff", Names.decode(HexFormat.of().parseHex("efbfbdff")));
    }

    @Example
    void refusesSurrogatesThatStandForNoByte() {
        for (String name : new String[]{"\ud83d", "a\ud83d", "\ude00", "\udc7f", "\udd00", "\ude00\ud83d"}) {
            assertThrows(IllegalArgumentException.class, () -> Names.encode(name));
        }
    }
}
