"use strict";
/* All cards, in the order of the page; `roots` are the values that belong to a card. */

const CARDS = [
	{id: "cpu", title: "Processor", blocks: cpuBlocks, roots: /^(cpu|per_cpu|load_avg|pressure\.cpu|clocks)/, charts: (flat) => [
		...chart(flat, "Usage", [["cpu_usage", "all"], ["cpu.user", "user"], ["cpu.system", "system"], ["cpu.iowait", "I/O wait"]], 0),
		...chart(flat, "Load", [["load_avg.1m", "1 min"], ["load_avg.5m", "5 min"], ["load_avg.15m", "15 min"]], 0),
		...chart(flat, "Clock", [["cpu_freq", "mean of all"]], 0), ...chart(flat, "Tasks waited for a CPU", [["pressure.cpu.some_avg10", "some"]], 0)]},
	{id: "memory", title: "Memory", blocks: memoryBlocks, roots: /^(memory|swap|pressure\.memory)/, charts: (flat) => [
		...chart(flat, "Usage", [["memory.percent", "memory"], ["swap.percent", "swap"]], 0),
		...chart(flat, "Bytes", [["memory.used", "used"], ["memory.available", "available"]], 0),
		...chart(flat, "Tasks waited for memory", [["pressure.memory.some_avg10", "some"]], 0)]},
	{id: "temperatures", title: "Temperatures", blocks: temperatureBlocks, roots: /^(cpu_temp|gpu\.temperature|temperatures|gpus\..*temperature|disks\..*temperature)/,
		charts: (flat) => chart(flat, "Temperatures", heatSeries(flat))},
	{id: "network", title: "Network", blocks: networkBlocks, roots: /^network/, charts: (flat) => [
		...interfaces(flat).flatMap((key) => chart(flat, key, [[`network.${key}.recv_rate`, "received"], [`network.${key}.send_rate`, "sent"]], 0)),
		...chart(flat, "Connections", [["network.active_connections", "active"]], 0)]},
	{id: "disk-io", title: "Disk activity", blocks: diskBlocks, roots: /^(disk_io|disks|pressure\.io)/, charts: (flat) => [
		...chart(flat, "Rates", [["disk_io.read_rate", "read"], ["disk_io.write_rate", "written"]], 0),
		...chart(flat, "Busy", [["disk_io.busy", "busiest disk"]], 0), ...chart(flat, "Tasks waited for I/O", [["pressure.io.some_avg10", "some"]], 0)]},
	{id: "storage-space", title: "Storage space", blocks: spaceBlocks, roots: /^(disk\.|filesystems)/, charts: (flat) => [
		...chart(flat, "In use", each(flat, "filesystems.*.percent", (key) => flat.get(`filesystems.${key}.mount`) || key), 0),
		...chart(flat, "Main filesystem", [["disk.used", "used"], ["disk.free", "free"]], 0)]},
	{id: "power", title: "Power", blocks: powerBlocks, roots: /^(power\.|powers|voltages|currents)/, charts: (flat) => [
		...chart(flat, "Power", [["power.watts", "board"], ...each(flat, "powers.*.watts", (key) => labelOf(flat, "powers", key))], 0),
		...chart(flat, "Input voltage", [["power.input_voltage", "input"]]), ...chart(flat, "Core voltage", [["power.core_voltage", "core"]])]},
	{id: "gpu", title: "Graphics", blocks: gpuBlocks, roots: /^(gpu\.|gpus|clocks\.v3d)/, charts: (flat) => {
		const name = (key) => flat.get(`gpus.${key}.name`) || key;

		return [...chart(flat, "Usage", [["gpu.usage", "VideoCore"], ...each(flat, "gpus.*.usage", name)], 0),
			...chart(flat, "Memory in use", each(flat, "gpus.*.vram_used", name), 0), ...chart(flat, "Power", each(flat, "gpus.*.watts", name), 0),
			...chart(flat, "Temperature", [["gpu.temperature", "VideoCore"], ...each(flat, "gpus.*.temperature", name)]), ...chart(flat, "3D clock", [["gpu.v3d_clock", "V3D"]], 0)];
	}},
	{id: "fans", title: "Fans", blocks: fanBlocks, roots: /^fans/, charts: (flat) => chart(flat, "Speed", each(flat, "fans.*.rpm", (key) => labelOf(flat, "fans", key)), 0)},
	{id: "wifi", title: "Wi-Fi", blocks: wifiBlocks, roots: /^network\..*\.(signal_strength|ssid|bssid|.*bitrate|frequency)/,
		charts: (flat) => chart(flat, "Signal", each(flat, "network.*.signal_strength"))},
	{id: "batteries", title: "Batteries", blocks: batteryBlocks, roots: /^batteries/, charts: (flat) => [
		...chart(flat, "Charge", each(flat, "batteries.*.percent"), 0), ...chart(flat, "Power into it", each(flat, "batteries.*.watts"))]},
	{id: "storage-health", title: "Storage health", blocks: healthBlocks, roots: /^(storage|raids|disks\..*\.(model|life_used|spare|media_errors|warning))/, charts: (flat) => [
		...chart(flat, "Life used", [["storage.life_used", "eMMC"], ...each(flat, "disks.*.life_used")], 0),
		...chart(flat, "Written per day", [["storage.written_per_day", "main disk"]], 0), ...chart(flat, "Filesystem errors", [["storage.errors", "recorded"]], 0)]},
	{id: "services", title: "Services", blocks: serviceBlocks, roots: /^(units|system\.failed_units)/, charts: (flat) => chart(flat, "Failed units", [["system.failed_units", "failed"]], 0)},
	{id: "probes", title: "Own sensors", blocks: probeBlocks, roots: /^probes/, charts: (flat) => members(flat, "probes.*.value").flatMap(({key, path}) => chart(flat, probeName(key), [[path, probeName(key)]]))},
	{id: "ollama", title: "Ollama", blocks: ollamaBlocks, roots: /^ollama/, charts: (flat) => chart(flat, "Models loaded", [["ollama.running_models", "loaded"]], 0)},
	{id: "system", title: "System", blocks: systemBlocks, roots: /^(system|hardware|processes|uptime|boot_time)/, charts: (flat) => [
		...chart(flat, "Processes", [["processes.total", "all"]], 0), ...chart(flat, "Updates waiting", [["system.packages_upgradable", "packages"]], 0),
		...chart(flat, "Users logged in", [["system.users", "users"]], 0), ...chart(flat, "Up for", [["uptime", "uptime"]], 0)]},
	{id: "agent", title: "pistat and MQTT", blocks: agentBlocks, roots: /^(agent|health)/, charts: (flat) => [
		...chart(flat, "Memory", [["agent.rss", "resident"]], 0), ...chart(flat, "Share of a CPU", [["agent.cpu", "pistat"]], 0)]},
];
