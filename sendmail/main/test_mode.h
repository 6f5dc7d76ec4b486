// Address test mode (-bt): rulesets, parsing, maps, macros and classes by hand.
// Source: operations guide 2.6 and 5.1.5 (test mode); formats of the reference.
#pragma once

#include <string>
#include <string_view>

#include "libcf/address_parser.h"
#include "libcf/cf_reader.h"
#include "libcf/rewriter.h"
#include "libsm/exit_status.h"

namespace sm {

// Reads commands from standard input until its end or /quit.
[[nodiscard]] Exit run_address_test(Config& config, MacroScope& macros, char delivery_mode);

// The commands; output is collected in a string so that it can be written in big pieces.
class AddressTest {
  public:
    AddressTest(Config& config, MacroScope& macros, std::string& output);

    // One line without its line end. False: /quit.
    bool command(std::string_view line);

  private:
    struct SlashCommand {
        std::string_view name;
        void (AddressTest::*run)(std::string_view rest);
    };

    void dot_command(std::string_view line);
    void equals_command(std::string_view line);
    void dollar_command(std::string_view line);
    void show_operator(std::string_view text);
    void debug_command(std::string_view line);
    bool slash_command(std::string_view line);
    void help();
    void apply_rulesets(std::string_view line);
    void apply_one(std::string_view rulesets, std::string_view text, const TokenList& tokens);

    void map_command(std::string_view rest);
    void mx_command(std::string_view rest);
    void canon_command(std::string_view rest);
    void parse_command(std::string_view rest);
    void try_command(std::string_view rest);
    void tryflags_command(std::string_view rest);

    void line(std::string_view text);
    [[nodiscard]] AddressRole role() const;
    [[nodiscard]] std::string_view role_words() const;

    Config& config_;
    MacroScope& macros_;
    std::string& out_;
    Rewriter rewriter_;
    bool header_ = false;
    bool sender_ = false;
};

}  // namespace sm
