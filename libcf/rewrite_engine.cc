#include "libcf/rewrite_engine.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "libcf/expand_macros.h"
#include "libcf/map_table.h"
#include "libcf/trace_matcher.h"
#include "libcf/visible_text.h"
#include "libsm/trace.h"

namespace sm {

namespace {
constexpr int kMaxDepth = 50;
constexpr int kMaxRepeats = 100;

void show_tokens(std::string line, const Workspace& work) {
    for (const WorkToken& token : work) {
        line += ' ';
        if (token.is_marker()) {
            line += visible_operators(token.text);
        } else {
            append_visible(line, token.text);
        }
    }
    trace_line(line);
}
}  // namespace

char* TextArena::allocate(std::size_t size) {
    if (size > kChunk / 4) {
        return large_.emplace_back(std::make_unique_for_overwrite<char[]>(size)).get();
    }
    if (used_ + size > kChunk) {
        if (!chunks_.empty()) ++chunk_;
        if (chunk_ >= chunks_.size()) {
            chunks_.push_back(std::make_unique_for_overwrite<char[]>(kChunk));
        }
        used_ = 0;
    }
    char* out = chunks_[chunk_].get() + used_;
    used_ += size;
    return out;
}

std::string_view TextArena::copy(std::string_view text) {
    char* out = allocate(text.size());
    std::memcpy(out, text.data(), text.size());
    return {out, text.size()};
}

void TextArena::reset() {
    large_.clear();
    chunk_ = 0;
    used_ = chunks_.empty() ? kChunk : 0;
}

RewriteEngine::RewriteEngine(const Config& config, MacroScope& macros)
    : config_(config),
      program_(config.rules()),
      classes_(config.classes()),
      macros_(macros),
      matcher_(config.classes(), config.rules().blank()) {}

void RewriteEngine::begin(Deadline deadline) {
    arena_.reset();
    config_.maps().use_macros(&macros_);
    deadline_ = deadline;
    status_ = Exit::kOk;
    hard_failure_ = false;
    map_failed_ = false;
    message_.clear();
}

ScanReport RewriteEngine::scan(std::string_view text, const ScanOptions& options, Workspace& out) {
    char* buffer = arena_.allocate(scan_buffer_size(text.size()));
    views_.clear();
    ScanReport report = prescan_views(text, program_.table(), options, buffer, views_);
    if (report.usable) {
        for (const std::string_view view : views_) out.push_back(program_.token_for(view));
    }
    return report;
}

RewriteEngine::Level& RewriteEngine::level(int depth) {
    while (levels_.size() <= static_cast<std::size_t>(depth)) {
        levels_.push_back(std::make_unique<Level>());
    }
    return *levels_[static_cast<std::size_t>(depth)];
}

void RewriteEngine::report(std::string_view text) {
    if (text.empty()) return;
    if (show_) trace_line(text);
    if (message_.empty()) message_ = text;
}

void RewriteEngine::fail(Exit code, std::string_view text) {
    report(text);
    note_status(code);
}

// What is wrong with a map is shown once; what is wrong with a name, each time.
void RewriteEngine::lookup_failed(const Error& error) {
    const bool of_map = error.text.find(" map \"") != std::string::npos;
    if (of_map && !shown_.insert(error.text).second) {
        if (message_.empty()) message_ = error.text;
    } else {
        report(error.text);
    }
    note_status(error.code);
}

// The first bad status counts, but "cannot tell" wins over all others.
void RewriteEngine::note_status(Exit code) {
    if (status_ == Exit::kOk || code == Exit::kTempFail) status_ = code;
}

void RewriteEngine::run(Workspace& work, int ruleset) {
    if (ruleset < 0 || ruleset >= kMaxRulesets) return;
    bool aborted = false;
    note_status(apply(work, ruleset, 0, &aborted));
}

void RewriteEngine::show_workspace(int ruleset, std::string_view verb,
                                   const Workspace& work) const {
    std::string line(program_.display_name(ruleset).substr(0, 16));
    line.resize(16, ' ');
    append(line, verb);
    show_tokens(std::move(line), work);
}

// Applies a ruleset and returns its own status. *aborted: given up, the workspace is then as it
// was at the failing rule.
Exit RewriteEngine::apply(Workspace& work, int ruleset, int depth, bool* aborted) {
    const Exit outer = std::exchange(status_, Exit::kOk);
    const bool show = show_ || tracing(Trace::kRewrite, 1);
    if (show) show_workspace(ruleset, "   input:", work);
    if (depth > kMaxDepth) {
        fail(Exit::kConfig, cat("rewrite: excessive recursion (max ", kMaxDepth, "), ruleset ",
                                program_.display_name(ruleset)));
        *aborted = true;
    }
    const Ruleset& set = program_.at(ruleset);
    for (std::size_t i = 0; i < set.rules.size() && !*aborted; ++i) {
        // A resolved workspace is final.
        if (!work.empty() && work.front().id == word_id::kResolve) break;
        if (apply_rule(set.rules[i], i, work, ruleset, depth, aborted) == Flow::kStop) break;
    }
    if (show && !*aborted) show_workspace(ruleset, " returns:", work);
    return std::exchange(status_, outer);
}

RewriteEngine::Flow RewriteEngine::apply_rule(const Rule& rule, std::size_t index, Workspace& work,
                                              int ruleset, int depth, bool* aborted) {
    Level& own = level(depth);
    for (int round = 0;; ++round) {
        if (round > 0 && !work.empty() && work.front().id == word_id::kResolve) break;
        if (round >= kMaxRepeats) {
            report(cat("Infinite loop in ruleset ", program_.display_name(ruleset), ", rule ",
                       index + 1));
            break;
        }
        if (!matches(rule, work, own)) {
            SM_TRACE(Trace::kRewrite, 10, "----- rule fails");
            break;
        }
        bool operators = rule.has_operators;
        if (!substitute(rule, work, own, ruleset, &operators) || (operators && !run_lookups(own))) {
            *aborted = true;
            return Flow::kGoOn;
        }
        work.swap(own.product);
        if (operators) note_status(run_calls(work, 0, depth));
        if (tracing(Trace::kRewrite, 4)) show_tokens("rewritten as:", work);
        if (rule.effect == RuleEffect::kReturn) return Flow::kStop;
        if (rule.effect == RuleEffect::kOnce) break;
    }
    return Flow::kGoOn;
}

bool RewriteEngine::matches(const Rule& rule, const Workspace& work, Level& own) {
    if (tracing(Trace::kRewrite, 12)) {
        std::string line = "-----trying rule";
        if (tracing(Trace::kRewrite, 15)) append(line, " (line ", rule.line, ")");
        trace_line(cat(line, ": ", visible_operators(show_lhs(rule, classes_))));
    }
    const std::vector<LhsOp>* lhs = &rule.lhs;
    if (rule.runtime_lhs) {
        own.lhs.clear();
        for (const LhsOp& op : rule.lhs) {
            if (op.kind != LhsKind::kMacro) {
                own.lhs.push_back(op);
                continue;
            }
            LhsOp value = op;
            value.kind = LhsKind::kText;
            value.token.text = macro_text(op.token.text);
            own.lhs.push_back(value);
        }
        lhs = &own.lhs;
    }
    if (tracing(Trace::kRewrite, 2)) {
        if (!match_traced(rule, *lhs, work, own)) return false;
        if (!tracing(Trace::kRewrite, 12)) return true;
        trace_line(cat("-----rule matches: ", visible_operators(show_rhs(rule))));
        return true;
    }
    const std::size_t count = work.size();
    if (count < rule.min_tokens || count > rule.max_tokens) return false;
    if (rule.needs != 0) {
        std::uint64_t have = 0;
        for (const WorkToken& token : work) have |= token_bit(token.id);
        if ((rule.needs & ~have) != 0) return false;
    }
    return matcher_.match(lhs->data(), lhs->size(), work.data(), count, own.captures);
}

bool RewriteEngine::match_traced(const Rule& rule, const std::vector<LhsOp>& lhs,
                                 const Workspace& work, Level& own) {
    if (rule.runtime_lhs || tracing(Trace::kRewrite, 35)) {
        const auto expand = [this](std::string_view name) {
            trace_macro('L', name);
            return macro_text(name);
        };
        return TraceMatcher(classes_, program_.blank(), expand).match(rule.lhs, work, own.captures);
    }
    return matcher_.match(lhs.data(), lhs.size(), work.data(), work.size(), own.captures);
}

void RewriteEngine::trace_capture(std::uint8_t capture, const Workspace& work, TokenRange range) {
    std::string line = cat('$', static_cast<char>('0' + capture), ':');
    for (std::size_t i = range.first; i < range.last; ++i) {
        // The address of a token means nothing; it keeps the shape of the line.
        append(line, " 0x000000000000=\"", work[i].text, '"');
    }
    trace_line(line);
}

std::string_view RewriteEngine::macro_text(std::string_view name) const {
    const std::string* value = macros_.find(name);
    return value != nullptr ? std::string_view(*value) : std::string_view();
}

// The value of $&name on a right side. False: given up, nothing of it is of use.
bool RewriteEngine::add_macro(std::string_view name, Workspace& out) {
    if (tracing(Trace::kRewrite, 2)) trace_macro('R', name);
    const std::string_view value = macro_text(name);
    if (value.empty()) return true;
    const std::size_t first = out.size();
    const bool good = add_text(value, out);
    if (tracing(Trace::kRewrite, 35)) {
        for (std::size_t i = first; i < out.size(); ++i) trace_line(cat(" ... ", out[i].text));
        trace_line(" ... DONE");
    }
    return good;
}

void RewriteEngine::trace_macro(char side, std::string_view name) const {
    const std::string* value = macros_.find(name);
    trace_line(cat("rewrite: ", side, "HS $&{", name, "} => \"",
                   value != nullptr ? std::string_view(*value) : "(NULL)", '"'));
}

// Puts the right-hand side together in level.product. False: given up.
bool RewriteEngine::substitute(const Rule& rule, const Workspace& work, Level& own, int ruleset,
                               bool* operators) {
    Workspace& product = own.product;
    product.clear();
    for (const RhsOp& op : rule.rhs) {
        switch (op.kind) {
            case RhsKind::kToken:
                product.push_back(op.token);
                break;
            case RhsKind::kMacro:
                if (!add_macro(op.token.text, product)) return false;
                break;
            case RhsKind::kCapture: {
                if (op.capture > rule.captures) {
                    fail(Exit::kConfig,
                         cat("rewrite: ruleset ", program_.display_name(ruleset), ": replacement $",
                             static_cast<char>('0' + op.capture), " out of bounds"));
                    return false;
                }
                const TokenRange range = own.captures[op.capture];
                if (tracing(Trace::kRewrite, 15)) trace_capture(op.capture, work, range);
                const auto first = work.begin() + static_cast<std::ptrdiff_t>(range.first);
                const auto last = work.begin() + static_cast<std::ptrdiff_t>(range.last);
                product.insert(product.end(), first, last);
                if (!*operators) {
                    *operators = std::any_of(first, last, [](const WorkToken& token) {
                        return token.is_marker() && token.id >= word_id::kCall;
                    });
                }
                break;
            }
        }
        if (product.size() > kMaxTokens) {
            fail(Exit::kDataErr, "rewrite: expansion too long");
            return false;
        }
    }
    return true;
}

std::string RewriteEngine::join(const Workspace& work, std::size_t first, std::size_t last) const {
    std::string out;
    for (std::size_t i = first; i < last; ++i) {
        if (i > first && work[i].is_word && work[i - 1].is_word) out += program_.blank();
        out += work[i].text;
    }
    return out;
}

// Replaces every $( ... $) and $[ ... $] of level.product by its value.
bool RewriteEngine::run_lookups(Level& own) {
    const auto starts_lookup = [](const WorkToken& token) {
        return token.id == word_id::kLookupStart || token.id == word_id::kCanonStart;
    };
    if (std::none_of(own.product.begin(), own.product.end(), starts_lookup)) return true;
    own.scratch.clear();
    for (std::size_t i = 0; i < own.product.size();) {
        if (!starts_lookup(own.product[i])) {
            own.scratch.push_back(own.product[i]);
            ++i;
        } else if (!run_one_lookup(own.product, i, own.scratch)) {
            return false;
        }
        if (own.scratch.size() > kMaxTokens) {
            fail(Exit::kDataErr, "rewrite: expansion too long");
            return false;
        }
    }
    own.product.swap(own.scratch);
    return true;
}

// `at` stands on $( or $[ and is moved behind the closing operator.
bool RewriteEngine::run_one_lookup(const Workspace& in, std::size_t& at, Workspace& out) {
    const bool canonify = in[at].id == word_id::kCanonStart;
    const std::uint32_t close = canonify ? word_id::kCanonEnd : word_id::kLookupEnd;
    const std::size_t name_at = ++at;
    std::size_t end = at;
    if (!canonify && end < in.size()) ++end;
    const std::size_t key_at = end;
    while (end < in.size() && in[end].id != close) ++end;
    at = std::min(end + 1, in.size());
    // The parts: key $@ argument ... $: default.
    const auto next_part = [&in, end](std::size_t from) {
        while (from < end && in[from].id != word_id::kHost && in[from].id != word_id::kUser) {
            ++from;
        }
        return from;
    };
    const std::size_t key_end = next_part(key_at);
    const std::string key = join(in, key_at, key_end);
    MapArgs arguments;
    std::size_t part = key_end;
    while (part < end && in[part].id == word_id::kHost) {
        const std::size_t part_end = next_part(part + 1);
        arguments.push_back(join(in, part + 1, part_end));
        part = part_end;
    }
    const std::string_view name =
        canonify ? std::string_view("host") : (name_at < in.size() ? in[name_at].text : "");
    Map* map = config_.find_map(name);
    if (map == nullptr) {
        report(cat("rewrite: map ", name, " not found"));
    } else {
        if (tracing(Trace::kMapRewrite, 1)) trace_lookup_start(*map, key, arguments);
        const Result<std::optional<std::string>> value = map->lookup(key, arguments, deadline_);
        if (tracing(Trace::kMapRewrite, 1)) trace_lookup_end(*map, value);
        map_failed_ =
            map_failed_ || (!canonify && (!value.ok() || map->masked_failure() != nullptr));
        if (!value.ok()) {
            lookup_failed(value.error());
            hard_failure_ = true;
        } else {
            if (map->masked_failure() != nullptr) lookup_failed(*map->masked_failure());
            if (value.value().has_value()) return add_text(*value.value(), out);
        }
    }
    const bool has_default = part < end && in[part].id == word_id::kUser;
    if (has_default) return add_rescanned(in, part + 1, end, out);
    out.insert(out.end(), in.begin() + static_cast<std::ptrdiff_t>(key_at),
               in.begin() + static_cast<std::ptrdiff_t>(key_end));
    return true;
}

void RewriteEngine::trace_lookup_start(const Map& map, std::string_view key,
                                       const MapArgs& arguments) {
    std::string line = cat("map_lookup(", map.name(), ", ", key);
    if (tracing(Trace::kMapRewrite, 5)) {
        append(line, ", %0=", key);
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            append(line, ", %", i + 1, '=', arguments[i]);
        }
    }
    trace_text(line + ") => ");
}

void RewriteEngine::trace_lookup_end(const Map& map,
                                     const Result<std::optional<std::string>>& value) {
    std::string line;
    if (!value.ok()) {
        append(line, "NOT FOUND (", static_cast<int>(value.error().code), ')');
    } else if (!value.value().has_value()) {
        append(line, "NOT FOUND (", map.absent_status(), ')');
    } else {
        append(line, *value.value(), " (0)");
    }
    trace_line(line + ", ad=0");
}

// A default stands in for a value: joined to text and cut again like one, markers apart. (So
// BlankSub appears between two words in a row, and comments go.)
bool RewriteEngine::add_rescanned(const Workspace& in, std::size_t first, std::size_t last,
                                  Workspace& out) {
    while (first < last) {
        if (in[first].is_marker()) {
            out.push_back(in[first++]);
            continue;
        }
        std::size_t stop = first + 1;
        while (stop < last && !in[stop].is_marker()) ++stop;
        if (stop == first + 1) {
            out.push_back(in[first]);
        } else if (!add_text(join(in, first, stop), out)) {
            return false;
        }
        first = stop;
    }
    return true;
}

// Appends a text as tokens. False: given up, it has none.
bool RewriteEngine::add_text(std::string_view text, Workspace& out) {
    if (text.empty()) return true;
    const std::size_t before = out.size();
    for (const std::string& complaint : scan(text, ScanOptions{}, out).complaints) {
        report(cat(text, "... ", complaint));
    }
    if (out.size() > before) return true;
    fail(Exit::kDataErr, {});
    return false;
}

// Performs the calls $>name in work[from, end): inner (later) ones first. When a name is unknown
// or an inner call went wrong (other than "cannot tell"), the text stays as it is then.
Exit RewriteEngine::run_calls(Workspace& work, std::size_t from, int depth) {
    for (std::size_t i = from; i + 1 < work.size(); ++i) {
        if (work[i].id != word_id::kCall) continue;
        std::string_view name = work[i + 1].text;
        if (name.size() > 1 && name.front() == '"' && name.back() == '"') {
            name = name.substr(1, name.size() - 2);
        }
        const int number = program_.find(name);
        if (number < 0) {
            report(cat("Unknown ruleset ", name));
            return Exit::kConfig;
        }
        const auto call = work.begin() + static_cast<std::ptrdiff_t>(i);
        if (program_.at(number).rules.empty()) {
            work.erase(call, call + 2);
            SM_TRACE(Trace::kRewrite, 3, cat("-----skip subr ", name, " (", number, ')'));
            continue;  // as of old: a call that is now in its place is passed over
        }
        const Exit inner = run_calls(work, i + 2, depth);
        if (inner != Exit::kOk && inner != Exit::kTempFail) return inner;
        Workspace argument(work.begin() + static_cast<std::ptrdiff_t>(i) + 2, work.end());
        bool aborted = false;
        const Exit own = apply(argument, number, depth + 1, &aborted);
        work.resize(i);
        work.insert(work.end(), argument.begin(), argument.end());
        return inner == Exit::kOk ? own : inner;
    }
    return Exit::kOk;
}

}  // namespace sm
