#include "libmail/mime_convert.h"

#include <gtest/gtest.h>

#include "libsm/encodings.h"
#include "libsm/strings.h"

namespace sm {
namespace {

PartHeader header_of(std::string_view type, std::string_view encoding = "8bit") {
    PartHeader header;
    const ContentType content = parse_content_type(type);
    header.type = content.type;
    header.boundary = content.boundary;
    header.encoding = encoding;
    return header;
}

SevenBitPolicy policy() {
    SevenBitPolicy out;
    out.recodable = [](std::string_view encoding) {
        return encoding == "7bit" || encoding == "8bit" || encoding == "binary";
    };
    out.opaque = [](std::string_view type) { return type == "multipart/signed"; };
    out.note = "by h id Q";
    return out;
}

std::string seven_bit(const PartHeader& top, std::string_view body, std::size_t piece = 1000) {
    const SevenBitPolicy rules = policy();
    SevenBitPlanner planner(top, rules);
    for (std::size_t at = 0; at < body.size(); at += piece) {
        EXPECT_TRUE(planner.feed(body.substr(at, piece)).ok());
    }
    auto plan = planner.finish();
    SevenBitWriter writer(top, rules, std::move(plan).value());
    std::string out;
    const TextPut put = [&out](std::string_view text) {
        out += text;
        return Status();
    };
    for (std::size_t at = 0; at < body.size(); at += piece) {
        EXPECT_TRUE(writer.feed(body.substr(at, piece), put).ok());
    }
    EXPECT_TRUE(writer.finish(put).ok());
    return out;
}

std::string decode(TransferEncoding encoding, std::string_view text, std::size_t piece = 1000) {
    TransferDecoder decoder(encoding);
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        decoder.put(text.substr(at, piece), &out);
    }
    decoder.finish(&out);
    return out;
}

TEST(ContentTypeValue, Forms) {
    EXPECT_EQ(parse_content_type(" Text/PLAIN; charset=x").type, "text/plain");
    EXPECT_EQ(parse_content_type("").type, "");
    EXPECT_EQ(parse_content_type("text").type, "");
    EXPECT_EQ(parse_content_type("multipart/mixed;\n\tboundary=\"a \\\"b\"").boundary, "a \"b");
    EXPECT_EQ(parse_content_type("multipart/mixed; x; BOUNDARY=a=b (c)").boundary, "a=b");
    EXPECT_EQ(
        parse_content_type("(c) multipart (d) / mixed ; y=\"boundary=z\"; boundary=q").boundary,
        "q");
}

TEST(SevenBit, QuotedPrintableAtTheTop) {
    const std::string body =
        "caf\xe9 a = b trailing blank \ntab at end\t\nFrom the start\n.\n..x\n \n" +
        std::string(76, 'r') + "\n";
    EXPECT_EQ(seven_bit(header_of("text/plain"), body),
              "caf=E9 a =3D b trailing blank=20\ntab at end=09\nFrom the start\n=2E\n..x\n=20\n" +
                  std::string(73, 'r') + "=\nrrr\n");
    for (const std::size_t piece : {1U, 2U, 7U}) {
        EXPECT_EQ(seven_bit(header_of("text/plain"), body, piece),
                  seven_bit(header_of("text/plain"), body));
    }
}

TEST(SevenBit, OneInEightDecides) {
    EXPECT_EQ(seven_bit(header_of("text/plain"),
                        "caf\xe9"
                        "abc\n"),
              "caf=E9abc\n");
    EXPECT_EQ(seven_bit(header_of("text/plain"),
                        "caf\xe9"
                        "ab\n"),
              "Y2Fm6WFiDQo=\n");
}

TEST(SevenBit, NothingToDo) {
    EXPECT_EQ(seven_bit(header_of("text/plain"), "plain = text\n"), "plain = text\n");
    EXPECT_EQ(seven_bit(header_of("text/plain", "x-odd"), "caf\xe9\n"), "caf\xe9\n");
}

TEST(SevenBit, PartsOfAMultipart) {
    EXPECT_EQ(
        seven_bit(header_of("multipart/mixed; boundary=bb"),
                  "pre \xe9\n--bb\nContent-Type: text/plain\nContent-Transfer-Encoding: 8bit\n\n"
                  "caf\xe9\n--bb\n\nseven\n--bb\nContent-Type: message/rfc822\n"
                  "Content-Transfer-Encoding: 8bit\n\nSubject: inner\n\nsome text and inn\xe9r\n"
                  "--bb--\nepi \xe9\n"),
        "pre i\n--bb\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n"
        "X-MIME-Autoconverted: from 8bit to base64 by h id Q\n\nY2Fm6Q==\n--bb\n\nseven\n--bb\n"
        "Content-Type: message/rfc822\n\nSubject: inner\n"
        "Content-Transfer-Encoding: quoted-printable\n"
        "X-MIME-Autoconverted: from 8bit to quoted-printable by h id Q\n\n"
        "some text and inn=E9r\n--bb--\nepi i\n");
}

TEST(SevenBit, OuterBoundaryEndsInnerParts) {
    EXPECT_EQ(seven_bit(header_of("multipart/mixed; boundary=o"),
                        "--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nx\n--o\n\n"
                        "long enough text \xe9\n--o--\n"),
              "--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nx\n--o\n"
              "Content-Transfer-Encoding: quoted-printable\n"
              "X-MIME-Autoconverted: from 8bit to quoted-printable by h id Q\n\n"
              "long enough text =E9\n--o--\n");
}

TEST(SevenBit, SignedPartsStayAsTheyAre) {
    const std::string body = "--s\n\ncaf\xe9\n--s--\n";
    EXPECT_EQ(seven_bit(header_of("multipart/signed; boundary=s"), body), body);
}

TEST(SevenBit, HeaderWithoutEnd) {
    EXPECT_EQ(seven_bit(header_of("multipart/mixed; boundary=b"), "--b\nContent-Type: text/plain"),
              "--b\nContent-Type: text/plain\n");
    EXPECT_EQ(seven_bit(header_of("multipart/mixed; boundary=b"), "--b\n--b--\n"), "--b\n--b--\n");
}

// Whatever comes in: nothing with the high bit goes out of a recodable message.
TEST(SevenBit, NeverAnEighthBit) {
    const std::vector<std::string> pieces = {"--b\n",
                                             "--b--\n",
                                             "\n",
                                             "Content-Type: text/plain\n",
                                             "\xe9\xe9\n",
                                             "x",
                                             "Content-Type: multipart/mixed; boundary=b\n"};
    for (unsigned n = 0; n < 7U * 7U * 7U * 7U * 7U; ++n) {
        std::string body;
        for (unsigned i = 0, rest = n; i < 5; ++i, rest /= 7) body += pieces[rest % 7];
        bool in_header = false;
        const std::string out = seven_bit(header_of("multipart/mixed; boundary=b"), body);
        for (const std::string_view line : split(out, '\n')) {
            if (line.starts_with("--b")) in_header = true;
            if (line.empty()) in_header = false;
            if (in_header)
                continue;  // 8-bit octets of header fields are left to the header's policy
            for (const char c : line) ASSERT_EQ(c & 0x80, 0) << n;
        }
    }
}

TEST(Encoders, RoundTrip) {
    for (const TransferEncoding encoding :
         {TransferEncoding::kQuotedPrintable, TransferEncoding::kBase64}) {
        std::string text;
        for (int i = 0; i < 3000; ++i) text += static_cast<char>((i * 7919) % 251 + (i % 3));
        std::erase(text, '\n');
        std::erase(text, '\r');
        const auto encoder = make_encoder(encoding);
        std::string coded;
        encoder->put(text, &coded);
        encoder->end_line(&coded);
        encoder->finish(&coded);
        for (const std::string_view line : split(coded, '\n')) ASSERT_LE(line.size(), 76U);
        for (const std::size_t piece : {1U, 3U, 5000U}) {
            ASSERT_EQ(decode(encoding, coded, piece), text + "\n");
        }
    }
}

TEST(Decoder, OddInput) {
    EXPECT_EQ(decode(TransferEncoding::kQuotedPrintable, "a=\nb=zz c=4\nd=\n"), "ab=zz c=4\nd\n");
    EXPECT_EQ(decode(TransferEncoding::kQuotedPrintable, "x=0D=0A  \n"), "x\r\n\n");
    EXPECT_EQ(decode(TransferEncoding::kBase64, "Y2Fmw6kgYW5kCmxpbmUyDQps\naW5lMw==junk"),
              "caf\xc3\xa9 and\nline2\nline3\n");
    EXPECT_EQ(decode(TransferEncoding::kBase64, ""), "");
}

}  // namespace
}  // namespace sm
