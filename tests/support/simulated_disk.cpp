// SPDX-License-Identifier: MIT
#include "support/simulated_disk.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <utility>

namespace vitrine::test {

namespace fs = std::filesystem;
using Kind = DiskStep::Kind;

namespace {

bool happens(double likely, std::mt19937_64& random) {
    if (likely <= 0 || likely >= 1) {
        return likely >= 1;
    }
    return std::uniform_real_distribution<double>(0, 1)(random) < likely;
}

void put(std::string& bytes, std::uint64_t offset, std::string_view data) {
    if (bytes.size() < offset + data.size()) {
        bytes.resize(offset + data.size(), '\0');
    }
    bytes.replace(offset, data.size(), data);
}

void perform(std::string& bytes, const DiskStep& step) {
    if (step.kind == Kind::Truncate) {
        bytes.resize(step.offset, '\0');
    } else {
        put(bytes, step.offset, step.bytes);
    }
}

/// A write that reached the disk in part: its first half, or the room for it and nothing else.
void perform_in_part(std::string& bytes, const DiskStep& step, std::mt19937_64& random) {
    if (step.kind != Kind::Write) {
        return;
    }
    switch (random() % 3) {
    case 0:
        put(bytes, step.offset, std::string_view(step.bytes).substr(0, step.bytes.size() / 2));
        break;
    case 1:
        bytes.resize(std::max<std::size_t>(bytes.size(), step.offset + step.bytes.size()), '\0');
        break;
    default:
        break;
    }
}

} // namespace

SimulatedDisk::SimulatedDisk() : root_(std::make_shared<Folder>()) {}

// ---- Changes

void SimulatedDisk::apply(const DiskStep& step) {
    switch (step.kind) {
    case Kind::MakeFolder:
        change(step.path, {nullptr, std::make_shared<Folder>()});
        break;
    case Kind::CreateFile:
        files_[step.file] = std::make_shared<File>();
        change(step.path, {files_[step.file], nullptr});
        break;
    case Kind::Write:
    case Kind::Truncate:
        files_.at(step.file)->waiting.push_back(step);
        break;
    case Kind::Rename:
        rename(step.path, step.to);
        break;
    case Kind::Link:
        change(step.to, node_at(step.path));
        break;
    case Kind::Remove:
        change(step.path, {});
        break;
    case Kind::SyncFile:
        flush_file(*files_.at(step.file));
        break;
    case Kind::SyncFolder:
        flush_folder(folder_at(step.path).get());
        break;
    case Kind::SyncAll:
        flush_all();
        break;
    }
}

SimulatedDisk::Node SimulatedDisk::node_at(const fs::path& path) const {
    Node node{nullptr, root_};
    for (const fs::path& part : path) {
        const auto found = node.folder->now.find(part.native());
        if (found == node.folder->now.end()) {
            throw std::logic_error("the log does not know '" + path.native() + "'");
        }
        node = found->second;
    }
    return node;
}

std::shared_ptr<SimulatedDisk::Folder> SimulatedDisk::folder_at(const fs::path& path) const {
    return node_at(path).folder;
}

std::uint64_t SimulatedDisk::change(const fs::path& path, Node node, std::uint64_t needs,
                                    std::uint64_t joined) {
    const auto folder = folder_at(path.parent_path());
    const std::string name = path.filename().native();
    if (node) {
        folder->now[name] = node;
    } else {
        folder->now.erase(name);
    }
    waiting_.push_back({next_id_, needs, joined, folder, name, std::move(node)});
    return next_id_++;
}

void SimulatedDisk::rename(const fs::path& from, const fs::path& to) {
    const std::uint64_t there = change(to, node_at(from));
    const bool inside = folder_at(from.parent_path()) == folder_at(to.parent_path());
    change(from, {}, there, inside ? there : 0);
}

// ---- Flushes

void SimulatedDisk::flush_file(File& file) const {
    for (const DiskStep& step : file.waiting) {
        perform(file.flushed, step);
    }
    file.waiting.clear();
}

/// The changes of the folder, and the changes that these need.
void SimulatedDisk::flush_folder(const Folder* folder) {
    std::set<std::uint64_t> chosen;
    for (auto item = waiting_.rbegin(); item != waiting_.rend(); ++item) {
        const auto same_name = [&](const NameChange& later) {
            return later.id > item->id && chosen.contains(later.id) &&
                   later.folder == item->folder && later.name == item->name;
        };
        if (item->folder.get() == folder || chosen.contains(item->id) ||
            std::any_of(waiting_.begin(), waiting_.end(), same_name)) {
            chosen.insert(item->id);
            chosen.insert(item->needs);
        }
    }
    std::vector<NameChange> rest;
    for (NameChange& item : waiting_) {
        if (!chosen.contains(item.id)) {
            rest.push_back(std::move(item));
        } else if (item.node) {
            item.folder->flushed[item.name] = item.node;
        } else {
            item.folder->flushed.erase(item.name);
        }
    }
    waiting_ = std::move(rest);
}

void SimulatedDisk::flush_all() {
    for (const auto& item : files_) {
        flush_file(*item.second);
    }
    for (NameChange& item : waiting_) {
        if (item.node) {
            item.folder->flushed[item.name] = item.node;
        } else {
            item.folder->flushed.erase(item.name);
        }
    }
    waiting_.clear();
}

// ---- What a power cut leaves

SimulatedDisk::Names SimulatedDisk::names_after_cut(const Survival& survival,
                                                    std::mt19937_64& random) const {
    std::set<std::uint64_t> lost;
    Names names;
    for (const NameChange& item : waiting_) {
        const bool follows = item.joined != 0;
        const bool may = !lost.contains(item.needs) && !lost.contains(item.joined);
        if (!may || (!follows && !happens(survival.names, random))) {
            lost.insert(item.id);
            continue;
        }
        auto& folder = names.try_emplace(item.folder.get(), item.folder->flushed).first->second;
        if (item.node) {
            folder[item.name] = item.node;
        } else {
            folder.erase(item.name);
        }
    }
    return names;
}

DiskContents SimulatedDisk::after_cut(const Survival& survival) const {
    std::mt19937_64 random(survival.seed);
    const Names names = names_after_cut(survival, random);
    const auto bytes_of = [&](const File& file) {
        std::string bytes = file.flushed;
        for (const DiskStep& step : file.waiting) {
            if (happens(survival.contents, random)) {
                perform(bytes, step);
            } else if (survival.contents > 0) {
                perform_in_part(bytes, step, random);
            }
        }
        return bytes;
    };
    DiskContents contents;
    const std::function<void(const Folder&, const fs::path&)> visit = [&](const Folder& folder,
                                                                          const fs::path& path) {
        const auto changed = names.find(&folder);
        for (const auto& [name, node] : changed == names.end() ? folder.flushed : changed->second) {
            if (node.folder) {
                contents.emplace(path / name, std::nullopt);
                visit(*node.folder, path / name);
            } else {
                contents.emplace(path / name, bytes_of(*node.file));
            }
        }
    };
    visit(*root_, {});
    return contents;
}

Sha256 digest_of(const DiskContents& contents) {
    Hasher hasher(Hash::Sha256);
    for (const auto& [path, bytes] : contents) {
        const std::string line =
            path.native() + (bytes ? ":" + std::to_string(bytes->size()) : "/") + "\n";
        hasher.update(as_bytes(line));
        hasher.update(as_bytes(bytes ? std::string_view(*bytes) : std::string_view()));
    }
    return hasher.finish().sha256;
}

void write_contents(const DiskContents& contents, const fs::path& root) {
    // A folder comes before its contents.
    for (const auto& [path, bytes] : contents) {
        if (!bytes) {
            fs::create_directories(root / path);
            continue;
        }
        std::ofstream file(root / path, std::ios::binary);
        file.write(bytes->data(), static_cast<std::streamsize>(bytes->size()));
        if (!file.flush()) {
            throw std::runtime_error("cannot write '" + (root / path).native() + "'");
        }
    }
}

} // namespace vitrine::test
